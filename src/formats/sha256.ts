/**
 * SHA-256. Bytes at hand go through WebCrypto, which Deno has, and browsers have wherever they have WebGPU; it takes a
 * third of the time. It cannot take bytes that come piece by piece: those go through @noble/hashes.
 */
import { sha256 as hash } from "@noble/hashes/sha2.js";

/** A sum that grows. */
export interface Sha256 {
  update(bytes: Uint8Array): void;
  /** Once, at the end: 64 hexadecimal digits. */
  digest(): string;
}

/** Begins a sum over pieces. */
export function createSha256(): Sha256 {
  const state = hash.create();
  return {
    update: (bytes) => void state.update(bytes),
    digest: () => hexadecimal(state.digest()),
  };
}

/** The SHA-256 of `bytes` as 64 hexadecimal digits. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return hexadecimal(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

function hexadecimal(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
