/** Sources that are not as they should be: each is one clear message that names the file, and nothing is written. */
import { strict as assert } from "node:assert";
import { getDataset, type GetOptions } from "../../../src/data/get.ts";
import { UserError } from "../../../src/errors.ts";
import {
  changed,
  cifar10Members,
  folderMembers,
  idxMembers,
  type Member,
  tar,
  tarGz,
  tinyMembers,
  withWorkshop,
  type Workshop,
  zip,
} from "./fixtures.ts";

export interface Case {
  what: string;
  /** Makes the source. @returns its path */
  source: (shop: Workshop) => Promise<string>;
  message: RegExp;
  hint?: RegExp;
  /** Default "mine". */
  name?: string;
  options?: GetOptions;
}

export const packed = (file: string, bytes: () => Uint8Array) => (shop: Workshop) => shop.file(file, bytes());
export const cifar = (name: RegExp, change: (member: Member) => Partial<Member> | undefined) =>
  packed("c.tar.gz", () => tarGz(changed(cifar10Members(), name, change)));
export const tiny = (name: RegExp, change: (member: Member) => Partial<Member> | undefined) =>
  packed("t.zip", () => zip(changed(tinyMembers(), name, change)));
export const pets = (...more: Member[]) => packed("f.tar", () => tar([...folderMembers(), ...more]));
export const pet = (name: RegExp, change: (member: Member) => Partial<Member> | undefined) =>
  packed("f.zip", () => zip(changed(folderMembers(), name, change)));
export const idx = (name: RegExp, change: (member: Member) => Partial<Member> | undefined) => (shop: Workshop) =>
  shop.unpacked("i", changed(idxMembers(), name, change));
export const table = (text: string) => (shop: Workshop) => shop.file("t.csv", text);
export const bytesOf = ({ content }: Member) => content as Uint8Array;
export const c10: GetOptions = { format: "cifar10" }, tin: GetOptions = { format: "tiny-imagenet" };
export const folders: GetOptions = { format: "image-folder" };

/** Makes a test of each case. */
export function refuseAll(cases: readonly Case[]): void {
  for (const { what, source, message, hint, name = "mine", options = {} } of cases) {
    Deno.test(`malformed: ${what}`, () =>
      withWorkshop(async (shop) => {
        const from = await source(shop);
        await assert.rejects(getDataset(name, shop.host, { ...options, from }), (error: unknown) => {
          assert(error instanceof UserError, String((error as Error).stack));
          assert.match(error.message, message);
          if (hint) assert.match(error.hint ?? "", hint);
          return true;
        });
        const left = await Array.fromAsync(Deno.readDir(`${shop.host.cacheFolder()}/datasets`)).catch(() => []);
        assert.deepEqual(left, []);
      }));
  }
}
