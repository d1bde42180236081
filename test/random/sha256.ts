/** SHA-256 of an array's bytes, in hexadecimal. */
export async function sha256(data: Float32Array | Float64Array | Uint32Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", data as typeof data & ArrayBufferView<ArrayBuffer>);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
