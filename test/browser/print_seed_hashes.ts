/** The Deno side of seeds.spec.ts: prints the hashes as JSON. */
import { seedHashes } from "./seed_hashes.ts";

console.log(JSON.stringify(await seedHashes()));
