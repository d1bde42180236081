/** Stand-ins for the `GPU` object and its adapters, as far as choosing among them looks at them. */

interface About {
  vendor?: string;
  architecture?: string;
  device?: string;
  description?: string;
  isFallbackAdapter?: boolean;
  features?: string[];
  limits?: Record<string, number>;
}

/** An adapter that says these things of itself and opens no device. */
export function fakeAdapter(about: About): GPUAdapter {
  const { vendor = "", architecture = "", device = "", description = "", isFallbackAdapter = false } = about;
  const limits = { maxStorageBufferBindingSize: 2 ** 27, maxBufferSize: 2 ** 28, ...about.limits };
  return {
    info: { vendor, architecture, device, description, isFallbackAdapter },
    features: new Set(about.features ?? []),
    limits,
    requestDevice: () => Promise.reject(new Error("a fake adapter has no device")),
  } as unknown as GPUAdapter;
}

/** A platform that offers these adapters; `fails` where asking for one throws. */
export function fakePlatform(
  { high, low = high, fallback, fails }: {
    high?: GPUAdapter;
    low?: GPUAdapter;
    fallback?: GPUAdapter;
    fails?: boolean;
  },
): GPU {
  return {
    requestAdapter: (options: GPURequestAdapterOptions = {}) => {
      if (fails) return Promise.reject(new Error("no backend"));
      if (options.forceFallbackAdapter) return Promise.resolve(fallback ?? null);
      return Promise.resolve((options.powerPreference === "low-power" ? low : high) ?? null);
    },
  } as unknown as GPU;
}
