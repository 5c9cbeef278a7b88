import {
  bundleCheckpoint,
  bundleEntryMark,
  bundleHead,
  bundleNeighbourMark,
  bundleProofStart,
} from "@daybook/sdk/bundle";
import { describe, expect, it } from "vitest";
import { type ExportFormat, rowCounter } from "./formats.ts";

/** However the bytes are cut into chunks. */
function count(format: ExportFormat, text: string): Set<number> {
  const bytes = new TextEncoder().encode(text);
  return new Set(
    [1, 2, 7, bytes.length].map((size) => {
      const counter = rowCounter(format);
      for (let at = 0; at < bytes.length; at += size) counter.take(bytes.subarray(at, at + size));
      return counter.rows;
    }),
  );
}

describe("the rows of a file", () => {
  it("are the records of a CSV but its heading, also where cells hold line ends and quotes", () => {
    const text = '\uFEFFtimestamp,description\r\n1,"two\r\nlines, ""quoted\n"""\r\n2,é\r\n';
    expect(count("csv", text)).toEqual(new Set([2]));
    expect(count("csv_raw", "timestamp\r\n")).toEqual(new Set([0]));
    expect(count("csv", "")).toEqual(new Set([0]));
  });

  it("are the lines of NDJSON", () => {
    expect(count("ndjson", '{"a":"\\n"}\n{}\n')).toEqual(new Set([2]));
  });

  it("are the entries of a bundle, its neighbours and its proof not among them", () => {
    const head = bundleHead({
      origin: "example/acme",
      organization: "acme",
      contents: "range",
      start: 1,
      end: 3,
      entries: 2,
      tree_size: 4,
      as_of: "0189e9f4-7c1f-4f0a-9b7d-0c2a5f4b3d21:3",
      period: { start: "2026-01-01T00:00:00.000Z" },
      filters: {},
      signed_at: "2026-01-01T00:00:00.000Z",
      made_at: "2026-01-01T00:00:00.000Z",
    });
    const entries = [1, 2].map((sequence) => `${bundleEntryMark(sequence, "00")}{"entry":1}\n\n`).join("");
    const before = `${bundleNeighbourMark("before", 0, "00")}{}\n`;
    const tail = `${bundleProofStart()}${bundleCheckpoint("example/acme\n4\n")}`;
    expect(count("bundle", head + before + entries + tail)).toEqual(new Set([2]));
  });
});
