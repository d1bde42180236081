import { strict as assert } from "node:assert";
import { gunzipSync, gzipSync } from "node:zlib";
import { removeDataset } from "../../src/data/cache.ts";
import { getDataset } from "../../src/data/get.ts";
import { loadDataset } from "../../src/data/load.ts";
import { type DatasetEntry, DATASETS } from "../../src/data/registry.ts";
import { UserError } from "../../src/errors.ts";
import { writeIdx } from "../../src/formats/idx.ts";
import { sha256 } from "../../src/formats/sha256.ts";
import { changed, cifar10Members, idxMembers, tarGz, withWorkshop } from "./importers/fixtures.ts";

/** Serves files and knows them as a data set for as long as `act` takes. */
async function withKnown(
  entry: Pick<DatasetEntry, "name" | "format" | "shape" | "classes" | "train" | "test">,
  files: Record<string, Uint8Array<ArrayBuffer>>,
  act: (requests: string[]) => Promise<void>,
): Promise<void> {
  const requests: string[] = [], table = DATASETS as Record<string, DatasetEntry>;
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, ({ url }) => {
    const file = new URL(url).pathname.slice(1);
    requests.push(file);
    return file in files ? new Response(files[file]) : new Response("none", { status: 404 });
  });
  const sum = async (bytes: Uint8Array<ArrayBuffer>) => ({ bytes: bytes.length, sha256: await sha256(bytes) });
  try {
    const base = `http://127.0.0.1:${server.addr.port}/`;
    table[entry.name] = {
      ...entry,
      title: "Served",
      origin: "download",
      licence: "none",
      files: await Promise.all(
        Object.entries(files).map(async ([file, bytes]) => ({
          file,
          urls: [`${base}nowhere/${file}`, base + file],
          ...await sum(bytes),
          unpacked: entry.format === "idx" ? await sum(new Uint8Array(gunzipSync(bytes))) : undefined,
        })),
      ),
    };
    await act(requests);
  } finally {
    delete table[entry.name];
    await server.shutdown();
  }
}

Deno.test("get: four files are downloaded, checked, imported and then removed", async () => {
  const files = Object.fromEntries(
    // Classes of different sizes, as MNIST's are.
    changed(idxMembers(), /train-labels/, () => ({
      content: gzipSync(writeIdx({ shape: [6], data: new Uint8Array([0, 0, 0, 0, 1, 2]) })),
    })).map(({ name, content }) => [name, new Uint8Array(content as Uint8Array)] as const),
  );
  const entry = { name: "served", format: "idx", shape: [1, 2, 3], classes: 3, train: 6, test: 3 } as const;
  await withKnown(entry, files, (requests) =>
    withWorkshop(async ({ host }) => {
      const phases = new Set<string>();
      const info = await getDataset("served", host, { onProgress: ({ phase }) => phases.add(phase) });
      assert.deepEqual([info.title, info.checked, info.train], ["Served", "sha256", 6]);
      assert.deepEqual([...phases].sort(), ["check", "download", "read"]);
      assert.equal(requests.length, 8);
      assert.equal((await loadDataset("served", host)).test.count, 3);
      assert.deepEqual((await host.list(host.cacheFolder() + "/downloads")).map(({ name }) => name), []);
      await getDataset("served", host);
      assert.equal(requests.length, 8, "a set that is there is not fetched again");
    }));
});

Deno.test("get: an archive is taken from where it was downloaded to, and only the genuine one", async () => {
  const archive = tarGz(cifar10Members());
  const entry = { name: "served", format: "cifar10", shape: [3, 32, 32], classes: 10, train: 15, test: 5 } as const;
  await withKnown(
    entry,
    { "served.tar.gz": archive },
    (requests) =>
      withWorkshop(async ({ host, file, folder, unpacked }) => {
        await file("loads/served.tar.gz", archive);
        const info = await getDataset("served", host, { from: `${folder}/loads` });
        assert.deepEqual([info.checked, info.source[0].sha256], ["sha256", await sha256(archive)]);
        await removeDataset("served", host);
        // The same in folders has no sum, and 15 images are no equal share of 10 classes.
        const from = await unpacked("folders", cifar10Members());
        await assert.rejects(
          getDataset("served", host, { from }),
          /expected train images of class airplane: 1.5, found 2/,
        );
        const altered = archive.slice();
        altered[30] ^= 1;
        await file("loads/served.tar.gz", altered);
        await assert.rejects(getDataset("served", host, { from: `${folder}/loads` }), (error: unknown) => {
          assert(error instanceof UserError);
          assert.match(
            error.message,
            /served\.tar\.gz is not served\.tar\.gz of Served: expected \d+ bytes with SHA-256/,
          );
          assert.match(error.hint ?? "", /a name of their own/);
          return true;
        });
        assert.deepEqual(requests, []);
        assert.equal(await host.exists(`${host.cacheFolder()}/datasets/served`), false);
      }),
  );
});
