import { createHash } from "node:crypto";
import { bundleEntryMark, bundleHead } from "@daybook/sdk/bundle";
import { describe, expect, it } from "vitest";
import { filterTexts } from "../../filters/filter-texts.ts";
import { Sealing } from "./sealing.ts";
import { contentsText } from "./sheet-facts.ts";

const HEAD = {
  origin: "example/acme",
  organization: "acme",
  contents: "range" as const,
  start: 1,
  end: 3,
  entries: 2,
  tree_size: 4,
  as_of: "0189e9f4-7c1f-4f0a-9b7d-0c2a5f4b3d21:3",
  period: { start: "2026-01-01T00:00:00.000Z" },
  filters: { q: "é" },
  signed_at: "2026-01-01T00:00:00.000Z",
  made_at: "2026-01-01T00:00:00.000Z",
};

function seal(text: string, size: number) {
  const bytes = new TextEncoder().encode(text);
  const sealing = new Sealing();
  for (let at = 0; at < bytes.length; at += size) sealing.take(bytes.subarray(at, at + size));
  return sealing.finish().sealed;
}

describe("the facts of a bundle", () => {
  it("are its first line and the hash of all of it, however the bytes are cut", () => {
    const text = `${bundleHead(HEAD)}${bundleEntryMark(1, "00")}{}\n`;
    const sha256 = createHash("sha256").update(text).digest("hex");
    for (const size of [1, 3, 7, 10_000]) expect(seal(text, size)).toMatchObject({ head: HEAD, sha256 });
  });

  it("do not exist where the first line is another", () => {
    expect(seal("timestamp,action\r\n", 4)).toBeUndefined();
    expect(seal(bundleHead(HEAD).trimEnd(), 4)).toBeUndefined();
  });
});

describe("a cover sheet", () => {
  it("names filters as the page does, and the period is none of them", () => {
    const filters = {
      start: "2026-01-01",
      tz: "UTC",
      role: ["admin", "owner"],
      not_actor_id: ["svc"],
      "metadata.a": ["1"],
      later: "x",
    };
    expect(filterTexts(filters)).toEqual(["Role admin, owner", "User ID not svc", "Metadata a 1", "later x"]);
  });

  it("says complete only of a range", () => {
    expect(contentsText({ ...HEAD, format: "daybook-bundle/1", about: "" })).toContain("from sequence 1 to 2");
    const { start: _start, end: _end, ...selection } = HEAD;
    expect(contentsText({ ...selection, contents: "selection", format: "daybook-bundle/1", about: "" })).toContain(
      "Entries can be missing",
    );
  });
});
