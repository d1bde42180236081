// Philox4x32-10 (Salmon et al., SC 2011; library Random123): the GPU twin of src/random/philox.ts.
// No bindings: other kernels put this text before their own.

// The full 64-bit product of two words, as (high, low). WGSL has no 64-bit integers: four 16x16 products.
fn philoxMultiply(a: u32, b: u32) -> vec2u {
  let aHigh = a >> 16u;
  let aLow = a & 0xffffu;
  let bHigh = b >> 16u;
  let bLow = b & 0xffffu;
  let middle = aHigh * bLow + ((aLow * bLow) >> 16u);
  let carry = (aLow * bHigh + (middle & 0xffffu)) >> 16u;
  return vec2u(aHigh * bHigh + (middle >> 16u) + carry, a * b);
}

// counter = (index, step, layer, stream), key = (seed's low word, seed's high word): four random words.
fn philox4x32(counter: vec4u, key: vec2u) -> vec4u {
  var c = counter;
  var k = key;
  for (var round = 0u; round < 10u; round++) {
    let p0 = philoxMultiply(0xd2511f53u, c.x);
    let p1 = philoxMultiply(0xcd9e8d57u, c.z);
    c = vec4u(p1.x ^ c.y ^ k.x, p1.y, p0.x ^ c.w ^ k.y, p0.y);
    k += vec2u(0x9e3779b9u, 0xbb67ae85u);
  }
  return c;
}
