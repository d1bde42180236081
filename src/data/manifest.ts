/** The manifest of a data set: which files it has, what is in them, and under which licence. */
import * as z from "zod";
import { UserError } from "../errors.ts";

// A page with a strict content security policy forbids the code that zod would compile.
z.config({ jitless: true });

const sum = z.strictObject({
  bytes: z.int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, "expected 64 hexadecimal digits"),
});

const fileEntry = sum.extend({
  file: z.string().regex(/^[\w.-]+$/, "expected a file name"),
  /** The same for the content without gzip: some servers unpack what they send. */
  unpacked: sum,
});

const splitEntry = z.strictObject({ count: z.int().positive(), images: fileEntry, labels: fileEntry });

const manifestSchema = z.strictObject({
  name: z.string(),
  title: z.string(),
  /** IDX files packed with gzip. */
  format: z.literal("idx.gz"),
  shape: z.tuple([z.int().positive(), z.int().positive(), z.int().positive()]),
  classes: z.array(z.string()).min(2),
  train: splitEntry,
  test: splitEntry,
  licence: z.string(),
  source: z.string(),
});

/** A file of a data set: its name, size and SHA-256, packed and unpacked. */
export type FileEntry = z.infer<typeof fileEntry>;

/** A data set's manifest. `shape` is [channels, rows, columns] of an image. */
export type Manifest = z.infer<typeof manifestSchema>;

/**
 * Reads and checks a manifest.
 * @param file how messages call it, normally its path
 * @throws UserError naming the first entry that is not as it should be
 */
export function parseManifest(text: string, file = "manifest"): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UserError(`${file} is not JSON: ${(cause as Error).message}`, { cause });
  }
  const result = manifestSchema.safeParse(value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0];
  throw new UserError(`${file}${path.length > 0 ? `, ${path.join(".")}` : ""}: ${message}`, { cause: result.error });
}
