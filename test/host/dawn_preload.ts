/**
 * Makes Dawn the WebGPU of a test process, so that any test can be run on it:
 *
 *   npm run test:unit -- --preload=test/host/dawn_preload.ts test/ops
 *
 * Without a GPU, VK_DRIVER_FILES must name a driver that Dawn takes, such as the SwiftShader of a Chromium. With UNCHECKED=1
 * kernels run without bounds checks: a test that then fails has a kernel that reads or writes beyond its buffers.
 */
import { openDawn } from "../../src/host/dawn.ts";

const { gpu } = await openDawn({ boundsChecks: Deno.env.get("UNCHECKED") !== "1" });
Object.defineProperty(navigator, "gpu", { value: gpu });
