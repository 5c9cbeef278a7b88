import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openClient, type StoreClient } from "../../src/search/client.ts";
import { temporaryDirectory } from "../search/harness.ts";

const directory = temporaryDirectory();
let opened: StoreClient;
beforeAll(() => {
  opened = openClient({ directory: directory.path });
});
afterAll(async () => {
  await opened.close();
  directory.remove();
});

it("the engine reads each value as it was given, in a text and in a list", async () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({
      unit: fc.constantFrom("'", '"', "`", "\\", "\0", "\n", "-", "/", "*", "{", "}", ";", "x", "7", "%", "é"),
    }),
  );
  await fc.assert(
    fc.asyncProperty(text, fc.array(text, { maxLength: 20 }), async (one, list) => {
      const answer = await opened.client.query({
        query: "SELECT hex({one:String}), arrayMap(x -> hex(x), {list:Array(String)})",
        query_params: { one, list },
        format: "JSONCompactEachRow",
      });
      expect(await answer.json()).toEqual([[hex(one), list.map(hex)]]);
    }),
    { numRuns: 300 },
  );
});

function hex(text: string): string {
  return Buffer.from(text).toString("hex").toUpperCase();
}
