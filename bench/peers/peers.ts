/** Who takes part: how each competitor is started, and which works it does. */
import { UserError } from "../../src/errors.ts";
import type { Command } from "./child.ts";
import type { NamedWork } from "./works.ts";

/** A competitor. */
export interface Peer {
  readonly name: string;
  /** In a few words, for the help and below the table. */
  readonly description: string;
  readonly command: Command;
  /** Only of use where PyTorch finds CUDA. */
  readonly cudaOnly?: boolean;
  takes(work: NamedWork): boolean;
}

const folder = new URL("./competitors/", import.meta.url);
const path = (file: string) => decodeURIComponent(new URL(file, folder).pathname).replace(/^\/(?=[A-Za-z]:)/, "");

function underDeno(file: string): Command {
  return { program: Deno.execPath(), args: ["run", "-A", "--no-prompt", "--quiet", path(file)] };
}

function python(name: string): Command {
  const program = Deno.env.get("PYTHON") ??
    (Deno.build.os === "windows" ? "python" : "python3");
  return { program, args: [path("torch_peer.py"), name] };
}

/** The JavaScript libraries are compared where they are used: dense, and without batch norm. */
const small = ({ work }: NamedWork) => work.kind !== "step" || ["lenet5", "convnet"].includes(work.model);
const all = () => true;

/** startsparse, which every other is held against. */
export const OURS: Peer = {
  name: "startsparse",
  description: "this project",
  command: underDeno("ours.ts"),
  takes: all,
};

/** The others, in the order of the table. */
export const PEERS: readonly Peer[] = [
  { name: "jax-js", description: "@jax-js/jax on WebGPU, jit", command: underDeno("jax_js.ts"), takes: small },
  { name: "tfjs", description: "@tensorflow/tfjs on its WebGPU backend", command: underDeno("tfjs.ts"), takes: small },
  {
    name: "pytorch",
    description: "PyTorch, float32 without TF32; masked layers compute weight·mask in each step, as papers' code does",
    command: python("pytorch"),
    takes: all,
  },
  {
    name: "pytorch-tf32",
    description: "the same with TF32",
    command: python("pytorch-tf32"),
    cudaOnly: true,
    takes: all,
  },
  {
    name: "pytorch-amp",
    description: "the same under autocast",
    command: python("pytorch-amp"),
    cudaOnly: true,
    takes: all,
  },
  {
    name: "pytorch-best",
    description: "PyTorch with what helps of channels_last, cudnn.benchmark, TF32, autocast, torch.compile",
    command: python("pytorch-best"),
    takes: all,
  },
];

/** The peers that names choose; all where there are none. @throws {UserError} for a name that is none */
export function choosePeers(names: readonly string[] | undefined): Peer[] {
  if (names === undefined) return [...PEERS];
  const unknown = names.find((name) => !PEERS.some((peer) => peer.name === name));
  if (unknown !== undefined) {
    throw new UserError(`there is no peer "${unknown}"`, {
      hint: `Peers: ${PEERS.map(({ name }) => name).join(", ")}.`,
    });
  }
  return PEERS.filter(({ name }) => names.includes(name));
}
