import { createPublicKey, verify } from "node:crypto";
import { type BundleReport, type VerifyBundleOptions, verifyBundle } from "@daybook/sdk/bundle";
import { COSIGNATURE_V1, NoteError, parseCheckpoint, parseNote } from "@daybook/sdk/note";
import { webCrypto } from "@daybook/sdk/web-crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { naiveConsistency, naiveLeaf } from "../tree/naive.ts";
import {
  anEntry,
  assemble,
  type BundleParts,
  bundleParts,
  ORIGIN,
  sha256,
  type TestEntry,
  TestKey,
} from "./fixture.ts";

const SPKI = Buffer.from("302a300506032b6570032100", "hex");
const byNode = {
  sha256,
  verifyEd25519: (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) =>
    verify(
      null,
      message,
      createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: "der", type: "spki" }),
      signature,
    ),
};

const KEY = new TestKey(ORIGIN);
const WITNESS = new TestKey("witness.example/w1", COSIGNATURE_V1);
const LOG = Array.from({ length: 21 }, (_, sequence) => anEntry(sequence));
const RANGE = { entries: [5, 6, 7, 8], range: { start: 5, end: 9 } };
const SELECTION = { entries: [2, 3, 11, 20] };

async function* inChunks(bytes: Uint8Array, size = 64 * 1024) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function check(bytes: Uint8Array, options: Partial<VerifyBundleOptions> = {}, chunk?: number): Promise<BundleReport> {
  return verifyBundle(inChunks(bytes, chunk), { keys: [KEY.vkey], ...byNode, ...options });
}

/** A sound bundle's parts, altered. */
const altered = (change: (parts: BundleParts) => void, chosen: Parameters<typeof bundleParts>[1] = RANGE): Buffer => {
  const parts = bundleParts(LOG, chosen, KEY);
  change(parts);
  return assemble(parts);
};

describe("a bundle of a range", () => {
  it("is proven complete between its neighbours", async () => {
    expect(await check(assemble(bundleParts(LOG, RANGE, KEY)))).toMatchObject({
      ok: true,
      grade: "signed",
      organization: "acme",
      proves: "complete",
      entries: 4,
      first: { sequence: 5, id: "e-5", recorded_at: "2026-03-01T00:00:05.000Z" },
      last: { sequence: 8 },
      happened: { from: "2026-03-01T00:00:05.000Z", to: "2026-03-01T00:00:08.000Z" },
      range: {
        start: 5,
        end: 9,
        before: { sequence: 4 },
        after: { sequence: 9, recorded_at: "2026-03-01T00:00:09.000Z" },
      },
      checkpoint: { size: 21 },
      signed_by: [{ name: ORIGIN }],
      witnesses: [],
    });
  });

  it("that reaches both ends of the log has no neighbours", async () => {
    const all = { entries: LOG.map((_, at) => at), range: { start: 0, end: LOG.length } };
    expect(await check(assemble(bundleParts(LOG, all, KEY)))).toMatchObject({
      ok: true,
      range: { before: null, after: null },
    });
  });
});

describe("any range and any selection of any log", () => {
  it("is proven, in chunks of any size, by node:crypto and WebCrypto alike, and says which it is", async () => {
    const anyChoice = fc.integer({ min: 1, max: 40 }).chain((size) =>
      fc.record({
        size: fc.constant(size),
        isRange: fc.boolean(),
        picked: fc.subarray(Array.from({ length: size }, (_, at) => at)),
        chunk: fc.integer({ min: 1, max: 3000 }),
        web: fc.boolean(),
      }),
    );
    await fc.assert(
      fc.asyncProperty(anyChoice, async ({ size, isRange, picked, chunk, web }) => {
        const log = Array.from({ length: size }, (_, at) => anEntry(at));
        const [start, last] = [picked[0], picked.at(-1)];
        const range = isRange && start !== undefined && last !== undefined ? { start, end: last + 1 } : undefined;
        const entries = range ? log.slice(range.start, range.end).map((_, at) => range.start + at) : picked;
        const bytes = assemble(bundleParts(log, { entries, ...(range && { range }) }, KEY));
        const report = await check(bytes, web ? webCrypto : {}, chunk);
        expect(report).toMatchObject({ ok: true, proves: range ? "complete" : "selection", entries: entries.length });
      }),
      { numRuns: 150 },
    );
  });
});

describe("every flipped bit, every byte cut off", () => {
  const claims = (report: BundleReport) => (report.ok ? { ...report, stated: undefined } : undefined);

  it.each([
    ["a range", { entries: [3, 4], range: { start: 3, end: 5 } }],
    ["a selection", { entries: [1, 4] }],
  ])("of a bundle of %s is refused or changes nothing that is proven", async (_what, chosen) => {
    const sound = assemble(bundleParts(LOG.slice(0, 7), chosen, KEY));
    const expected = claims(await check(sound));
    expect(expected).toBeDefined();
    const firstLine = sound.indexOf("\n");
    let refused = 0;
    for (let bit = 0; bit < sound.length * 8; bit++) {
      const damaged = Buffer.from(sound);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const report = await check(damaged);
      if (report.ok) {
        expect(claims(report)).toEqual(expected);
        // Only what the maker states of itself, and the tail of a base64 text, is not committed to.
        expect(bit >> 3, `bit ${bit}`).toBeLessThan(firstLine);
      } else refused++;
    }
    expect(refused).toBeGreaterThan((sound.length - firstLine) * 8);
    for (let length = 0; length < sound.length; length++) {
      const report = await check(sound.subarray(0, length));
      expect(report.ok, `${length} of ${sound.length} bytes`).toBe(false);
    }
  });
});

describe("a bundle that was tampered with is refused, and names the entry:", () => {
  const swap = (parts: BundleParts, from: string, to: string) => {
    parts.marked = parts.marked.map((lines) => lines.replace(from, to));
  };
  const rehash = (lines: string) => {
    const [mark = "", header = "", ...rest] = lines.split("\n");
    const leaf = sha256(Buffer.concat([Buffer.of(0), Buffer.from(header)])).toString("hex");
    return [mark.replace(/[0-9a-f]{64}$/, leaf), header, ...rest].join("\n");
  };
  const take = (parts: BundleParts, at: number) => parts.marked.splice(at, 1);

  it.each<[string, (parts: BundleParts) => void, object]>([
    [
      "a header",
      (parts) => swap(parts, '"id":"e-7"', '"id":"e-x"'),
      { fault: "header_altered", sequence: 7, id: "e-x" },
    ],
    ["a body", (parts) => swap(parts, "Event 7", "Event 9"), { fault: "body_altered", sequence: 7, id: "e-7" }],
    ["a neighbour", (parts) => swap(parts, '"id":"e-9"', '"id":"e-x"'), { fault: "header_altered", sequence: 9 }],
    [
      "one dropped",
      (parts) => take(parts, 2),
      { fault: "order", sequence: 6, reason: expect.stringContaining("Entry 6 is missing") },
    ],
    ["the last one dropped", (parts) => take(parts, 4), { fault: "order", sequence: 8 }],
    ["a neighbour dropped", (parts) => take(parts, 0), { fault: "order", sequence: 4 }],
    ["the neighbour after dropped", (parts) => take(parts, 5), { fault: "order", sequence: 9 }],
    ["one twice", (parts) => parts.marked.splice(3, 0, parts.marked[2] ?? ""), { fault: "order", sequence: 6 }],
    [
      "two swapped",
      (parts) => parts.marked.splice(2, 2, parts.marked[3] ?? "", parts.marked[2] ?? ""),
      { fault: "order", sequence: 6, reason: "Entry 6 is missing; entry 7 is in its place." },
    ],
    [
      "a range cut short with its proof",
      (parts) => Object.assign(parts, bundleParts(LOG, { entries: [5, 6, 7], range: { start: 5, end: 9 } }, KEY)),
      { fault: "not_as_stated" },
    ],
    ["a body of another entry", (parts) => swap(parts, "Event 7", "Event 8"), { fault: "body_altered", sequence: 7 }],
    [
      "a header together with its hash",
      (parts) => {
        swap(parts, '"id":"e-7"', '"id":"e-x"');
        parts.marked = parts.marked.map(rehash);
      },
      { fault: "proof", sequence: null },
    ],
    [
      "a hash of the proof",
      (parts) => parts.proof.push(`hash ${Buffer.alloc(32).toString("base64")}\n`),
      { fault: "proof" },
    ],
    ["a field of a later version", (parts) => Object.assign(parts.head, { valueOf: 1 }), { fault: "malformed" }],
    ["a smaller tree", (parts) => Object.assign(parts.head, { tree_size: 20 }), { fault: "not_as_stated" }],
    [
      "another organization's name",
      (parts) => Object.assign(parts.head, { organization: "globex" }),
      { fault: "not_as_stated" },
    ],
    [
      "another organization's origin",
      (parts) => Object.assign(parts.head, { organization: "globex", origin: ORIGIN.replace("acme", "globex") }),
      { fault: "other_organization", sequence: 4 },
    ],
    [
      "a period that its neighbour belongs to",
      (parts) => Object.assign(parts.head, { period: { start: "2026-03-01T00:00:05.000Z" } }),
      { fault: "not_as_stated", sequence: 9 },
    ],
  ])("%s", async (_what, change, expected) => {
    expect(await check(altered(change))).toMatchObject({ ok: false, ...expected });
  });

  it.each<[string, (parts: BundleParts) => void, object]>([
    ["one dropped", (parts) => take(parts, 1), { fault: "order", sequence: 3 }],
    [
      "one dropped, and its number of entries",
      (parts) => {
        take(parts, 1);
        Object.assign(parts.head, { entries: 3 });
      },
      { fault: "order", sequence: 3 },
    ],
    [
      "one dropped, and its run",
      (parts) => {
        take(parts, 2);
        parts.proof = parts.proof.filter((line) => line !== "leaves 11\n");
      },
      { fault: "not_as_stated" },
    ],
    [
      "one put in",
      (parts) => parts.marked.splice(2, 0, bundleParts(LOG, { entries: [7] }, KEY).marked[0] ?? ""),
      { fault: "order", sequence: 7 },
    ],
    ["two swapped", (parts) => parts.marked.reverse(), { fault: "order", sequence: 11 }],
    [
      "called complete",
      (parts) => Object.assign(parts.head, { contents: "range", start: 2, end: 6 }),
      { fault: "order", sequence: 1 },
    ],
  ])("of a selection: %s", async (_what, change, expected) => {
    expect(await check(altered(change, SELECTION))).toMatchObject({ ok: false, ...expected });
  });

  it("an entry of another organization, rightly in the signed tree", async () => {
    const log = LOG.map((entry, at) => (at === 7 ? anEntry(7, { tenant_id: "globex" }) : entry));
    expect(await check(assemble(bundleParts(log, RANGE, KEY)))).toMatchObject({
      fault: "other_organization",
      sequence: 7,
      id: "e-7",
    });
  });

  it("an entry that is elsewhere in the tree than it says", async () => {
    const log = LOG.map((entry, at) => (at === 7 ? anEntry(8) : entry));
    expect(await check(assemble(bundleParts(log, RANGE, KEY)))).toMatchObject({ fault: "header_altered", sequence: 7 });
  });

  it("a body that was removed, from the file or from the log", async () => {
    const log = LOG.map((entry, at) => (at === 7 ? anEntry(7, {}, true) : entry));
    expect(await check(assemble(bundleParts(log, RANGE, KEY)))).toMatchObject({
      ok: false,
      fault: "body_missing",
      sequence: 7,
      id: "e-7",
    });
  });
});

describe("the keys", () => {
  const sound = assemble(bundleParts(LOG, RANGE, KEY, [WITNESS]));

  it("that sign are named, with the witness and its time", async () => {
    expect(await check(sound, { witnesses: [WITNESS.vkey] })).toMatchObject({
      ok: true,
      grade: "witnessed",
      witnesses: [{ name: "witness.example/w1", cosigned_at: "2026-03-03T01:06:40.000Z" }],
    });
  });

  it("of others, of the same name, are refused", async () => {
    const other = new TestKey(ORIGIN);
    expect(await check(sound, { keys: [other.vkey] })).toMatchObject({ ok: false, fault: "signature" });
    // Two keys while one replaces the other: either will do.
    expect(await check(sound, { keys: [other.vkey, KEY.vkey] })).toMatchObject({
      ok: true,
      signed_by: [{ name: ORIGIN }],
    });
  });

  it("of another organization do not vouch for this one", async () => {
    const globex = new TestKey(ORIGIN.replace("acme", "globex"));
    expect(await check(sound, { keys: [globex.vkey] })).toMatchObject({ ok: false, fault: "signature" });
  });

  it("of a witness that did not cosign are missed", async () => {
    const other = new TestKey("witness.example/w1", COSIGNATURE_V1);
    expect(await check(sound, { witnesses: [WITNESS.vkey, other.vkey] })).toMatchObject({
      ok: false,
      fault: "witness",
    });
    const alone = assemble(bundleParts(LOG, RANGE, KEY));
    expect(await check(alone, { witnesses: [WITNESS.vkey] })).toMatchObject({ ok: false, fault: "witness" });
  });

  it("of a witness whose time was altered do not count", async () => {
    const parts = bundleParts(LOG, RANGE, KEY, [WITNESS]);
    const line = parts.note.split("\n").at(-2) ?? "";
    const [, name, encoded = ""] = line.split(" ");
    const bytes = Buffer.from(encoded, "base64");
    bytes[11] = (bytes[11] ?? 0) ^ 1;
    parts.note = parts.note.replace(line, `\u2014 ${name} ${bytes.toString("base64")}`);
    expect(await check(assemble(parts), { witnesses: [WITNESS.vkey] })).toMatchObject({ ok: false, fault: "witness" });
  });

  it("that are malformed are the caller's fault", async () => {
    await expect(check(sound, { keys: ["nonsense"] })).rejects.toThrow(NoteError);
    await expect(check(sound, { keys: [] })).resolves.toMatchObject({ ok: false, fault: "signature" });
  });
});

describe("a checkpoint that the reader kept", () => {
  const sound = assemble(bundleParts(LOG, RANGE, KEY));
  const keptOf = (entries: readonly TestEntry[]) => {
    const { note } = bundleParts(entries, { entries: [] }, KEY);
    return parseCheckpoint(parseNote(note).text);
  };
  const leavesOf = (entries: readonly TestEntry[]) => entries.map(({ header }) => naiveLeaf(Buffer.from(header)));

  it("is matched at the same size, and at a smaller and a larger one by a consistency proof", async () => {
    expect(await check(sound, { kept: { checkpoint: keptOf(LOG) } })).toMatchObject({
      ok: true,
      grade: "kept",
      kept: { size: 21 },
    });
    const proof = naiveConsistency(13, leavesOf(LOG));
    expect(await check(sound, { kept: { checkpoint: keptOf(LOG.slice(0, 13)), proof } })).toMatchObject({
      grade: "kept",
    });
    const older = assemble(bundleParts(LOG.slice(0, 13), RANGE, KEY));
    expect(await check(older, { kept: { checkpoint: keptOf(LOG), proof } })).toMatchObject({ grade: "kept" });
  });

  it("shows a log that was rewritten and signed again by its own key, which the signature alone does not", async () => {
    const rewritten = LOG.map((entry, at) => (at === 7 ? anEntry(7, { id: "e-x" }) : entry));
    const bytes = assemble(bundleParts(rewritten, RANGE, KEY));
    expect(await check(bytes)).toMatchObject({ ok: true, grade: "signed" });
    expect(await check(bytes, { kept: { checkpoint: keptOf(LOG) } })).toMatchObject({ fault: "kept_checkpoint" });
    const proof = naiveConsistency(13, leavesOf(rewritten));
    const kept = { checkpoint: keptOf(LOG.slice(0, 13)), proof };
    expect(await check(bytes, { kept })).toMatchObject({ ok: false, fault: "kept_checkpoint" });
  });

  it("asks for the proof where the sizes differ, and names another log", async () => {
    expect(await check(sound, { kept: { checkpoint: keptOf(LOG.slice(0, 13)) } })).toMatchObject({
      fault: "kept_checkpoint",
      reason: expect.stringContaining("from 13 to 21"),
    });
    const checkpoint = { ...keptOf(LOG), origin: ORIGIN.replace("6a1cf0f5", "00000000") };
    expect(await check(sound, { kept: { checkpoint } })).toMatchObject({ fault: "kept_checkpoint" });
  });
});
