import { expect, test } from "@playwright/test";
import { open, run } from "./page.ts";

test("a module worker has WebGPU and computes Random123's known answers", async ({ page }) => {
  await open(page);
  const reply = await run(page, "probe", {
    blocks: [
      { counter: [0, 0, 0, 0], key: [0, 0] },
      { counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], key: [0xffffffff, 0xffffffff] },
    ],
  });
  expect(reply.adapter).toContain("swiftshader");
  expect(reply.words).toEqual([
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ]);
});
