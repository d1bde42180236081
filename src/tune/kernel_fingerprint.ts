/** Which kernels were timed: a measurement of kernels that have changed since says nothing about those of today. */
import { sha256 } from "../formats/sha256.ts";
import { shaderModules } from "../ops/emitted_kernels.ts";

/**
 * Grows when the same texts are chosen for other sizes, that is with a change of how tiles or splits are chosen; what is
 * written differently changes the fingerprint by itself.
 */
const CHOICES = 1;

let fingerprint: Promise<string> | undefined;

/** Twelve digits that stand for the emitted kernels of this version. */
export function kernelFingerprint(): Promise<string> {
  return fingerprint ??= (async () => {
    const text = shaderModules().map(({ label, code }) => `${label}\n${code}`).join("\n");
    return (await sha256(new TextEncoder().encode(`${CHOICES}\n${text}`))).slice(0, 12);
  })();
}
