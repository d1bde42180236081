/**
 * startsparse as a library: what a script under Deno, or a page, needs to draw masks, train sparse networks and read what
 * a run has written. Everything here is the code that the command line uses; nothing is a second implementation.
 *
 * Whatever differs between Deno and a page comes in as a {@link Host}, and the GPU as a {@link Gpu} that the caller opens
 * and closes.
 *
 * @example
 * ```ts
 * const host = createDenoHost();
 * const gpu = await openGpu(host.gpu());
 * const config = parseConfig({ mask: { rule: "erk", density: 0.05 } }, "my script");
 * const store = () => createRunStore(host, "runs/mine", config);
 * const result = await run({ host, gpu, config, store, name: "mine" });
 * gpu.close();
 * ```
 */

// Errors: UserError for what the caller can mend, GpuError for what the device refused.
export { GpuError, type GpuErrorKind, UserError } from "./errors.ts";

// The machine.
export { createDenoHost, type DenoHostOptions } from "./host/deno.ts";
export { createPageHost } from "./host/page.ts";
export type { BackendChoice, Host, HostBackend } from "./host/host.ts";
export { type AdapterInfo, type AdapterWish, type Backend, listAdapters, type Platform } from "./gpu/adapter.ts";
export { type Gpu, openGpu, type OpenOptions } from "./gpu/device.ts";
export { requireSelfTest, selfTest, type SelfTestResult } from "./ops/self_test.ts";

// Random numbers: functions of (seed, stream, layer, step, index).
export { randomU32, STREAM, type Stream } from "./random/philox.ts";
export { permutation, splitIndices } from "./random/order.ts";

// Masks: densities by rule, drawing, flow preservation, reports.
export type { LayerShape } from "./masks/layer.ts";
export { type MadeMasks, makeMasks, type MaskChoice } from "./masks/make.ts";
export { fromDense, type Mask, maskDensity, toDense, toIndices } from "./masks/mask.ts";
export { type Connections, connectionWarnings, traceConnections } from "./masks/connections.ts";
export { type LayerReport, type MaskReport, reportMasks } from "./masks/report.ts";
export { RULE_NAMES, ruleDensities, type RuleName, RULES } from "./masks/rules/registry.ts";

// Data.
export type { Dataset, Split } from "./data/dataset.ts";
export { loadDataset } from "./data/load.ts";
export { measureNormalisation, type Normalisation } from "./data/normalise.ts";
export { datasetNames } from "./data/registry.ts";

// Files that Python opens too.
export { type MaskFile, readMasks, type StoredMask, writeMasks } from "./formats/masks.ts";
export { readSafetensors, type SafetensorsFile, type Tensor, writeSafetensors } from "./formats/safetensors.ts";

// Networks, and training them step by step.
export { liveNodes, maskableLayers, type Model, parameterCount, type Size } from "./nn/model.ts";
export type { KernelPlan, LayerPlan, Storage } from "./nn/plan.ts";
export { buildModel, type ModelChoice, MODELS } from "./nn/registry.ts";
export type { OptimizerSettings } from "./ops/optimizer.ts";
export type { Sums } from "./train/metrics_ring.ts";
export type { Outcome, Progress, Trainer } from "./train/trainer.ts";
export type { MaskRecord } from "./train/mask_recorder.ts";
export { METHOD_NAMES, type MethodName, SCORE_NAMES, type ScoreName } from "./methods/names.ts";
export { createMethod, METHODS } from "./methods/registry.ts";
export { type ScoredMasks, scoreMasks, type ScoreRequest } from "./methods/scores/masks.ts";
export { SCORES } from "./methods/scores/registry.ts";
export { type ScoreSettings, scoreSettings } from "./methods/scores/settings.ts";
export { buildTraining, type Training, type TrainingOptions } from "./train/training.ts";
export { Session, type SessionRequest } from "./worker/session.ts";

// Configurations, runs and what they leave behind.
export {
  type Config,
  configHash,
  type ConfigInput,
  configJsonSchema,
  parseConfig,
  streamSeeds,
} from "./experiment/config.ts";
export { type MethodInfo, methodInfos, type ScoreInfo, scoreInfos } from "./experiment/method_list.ts";
export type { Metric } from "./experiment/metrics.ts";
export { buildNetwork, type Network, networkWarnings } from "./experiment/network.ts";
export { listPresets, loadConfig, type PresetInfo } from "./experiment/presets.ts";
export { type Provenance, VERSION } from "./experiment/provenance.ts";
export { run, type RunInput } from "./experiment/run.ts";
export type { RunEvent } from "./experiment/run_events.ts";
export type { MaskMetric } from "./experiment/run_masks.ts";
export { readRun, type StoredRun } from "./experiment/run_reader.ts";
export type { RunResult } from "./experiment/run_result.ts";
export { findResumable, type Resumable } from "./experiment/run_resume.ts";
export { continueRunStore, createRunStore, RUN_FILES, RunStore, type RunStoreOptions } from "./experiment/run_store.ts";

// Results of many runs: tables, records, the report.
export { type CollectedRun, type Collection, collectionWarnings, collectRuns } from "./experiment/results_collect.ts";
export { type Estimate, type Interval, INTERVALS, type ResultGroup } from "./experiment/results_groups.ts";
export { groupCollected, mixedWarnings, parseKeys } from "./experiment/results_keys.ts";
export { groupRows, rowObjects, type Rows, runRows } from "./experiment/results_rows.ts";
export { rowsCsv } from "./experiment/results_csv.ts";
export { groupsLatex, groupsMarkdown } from "./experiment/results_markup.ts";
export { groupsText } from "./experiment/results_table.ts";
export { resultWarnings } from "./experiment/results_warnings.ts";
export { compareRuns, type Comparison } from "./experiment/compare_runs.ts";

// A trained network: evaluated again, or for other programs.
export { type EvaluateInput, evaluateRun, type Evaluation } from "./experiment/run_evaluate.ts";
export { openTrainedNetwork, type TrainedNetwork } from "./experiment/trained_network.ts";
export { trainedOnnx } from "./experiment/export_onnx.ts";
export { runEvents } from "./experiment/export_events.ts";
