/** A session behind a worker, for comparing a browser's training with PyTorch's. */
import * as comlink from "comlink";
import type { AdapterInfo } from "../../../src/gpu/adapter.ts";
import { openGpu } from "../../../src/gpu/device.ts";
import { keepErrors } from "../../../src/worker/errors.ts";
import { requireSelfTest } from "../../../src/ops/self_test.ts";
import { Session, type SessionRequest } from "../../../src/worker/session.ts";

let opened: ReturnType<typeof openGpu> | undefined;

/** What the worker exposes. */
const sessions = {
  async open(): Promise<AdapterInfo> {
    const gpu = await (opened ??= openGpu(navigator.gpu));
    await requireSelfTest(gpu);
    return gpu.adapter;
  },
  async session(request: SessionRequest): Promise<Session & comlink.ProxyMarked> {
    return comlink.proxy(new Session(await opened!, request));
  },
};

export type Sessions = typeof sessions;

keepErrors();
comlink.expose(sessions);
