import { uuidv7 } from "@daybook/sdk";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EntryParts } from "../packing.ts";
import { encodeEntry } from "./codec.ts";
import { rangeOf, unpacked } from "./pack.fixture.ts";
import { completes, pack } from "./pack.ts";
import { readTime } from "./packed-time.ts";
import { formatTimestamp, parseTimestamp } from "./timestamp.ts";

const NOW = Date.parse("2026-11-22T12:00:00.000Z");
const place = { organization: "acme", sequence: 1234, recordedAt: NOW };

function entryOf({ id = "e1", timestamp = NOW, clock = NOW, source = "k1" }) {
  const event = {
    action: "a.b",
    timestamp: formatTimestamp(timestamp),
    actor: { type: "user" as const, id: "u" },
    resource: { type: "t" },
    targets: [{ type: "t", id: "é" }],
    description: "Something happened",
  };
  return encodeEntry(event, { ...place, id, source: { type: "api_key", id: source }, clock });
}

const usual = entryOf({});
const { header, body } = usual;

function roundTrip(entry: EntryParts, at = place, trusting = false): string {
  const { header, body } = unpacked(at, pack(at, entry, trusting));
  return plain({ header: header(), body });
}

/** As text, which compares faster than bytes one by one. */
function plain({ header, body }: EntryParts): string {
  return [header, body].map((bytes) => bytes && Buffer.from(bytes).toString("latin1")).join(" and ");
}

/** How a UUID of version 7 begins. */
function uuidAt(time: number): string {
  const hex = time.toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}

/** The bytes that an entry takes, apart from the table of its block. */
function size(entry: EntryParts): number {
  const packed = pack(place, entry);
  return packed.header.length + (packed.body?.length ?? 0) + packed.loose.length;
}

const bytes = fc.uint8Array({ maxLength: 200 });
/** Bytes with some of them replaced, left out, or repeated: most of what is laid out as usual, and a little that is not. */
const damaged = (whole: Uint8Array) =>
  fc.tuple(fc.nat(whole.length), fc.nat(whole.length), bytes).map(([from, to, between]) => {
    return Buffer.concat([whole.subarray(0, from), between.subarray(0, 3), whole.subarray(to)]);
  });
const anyHeader = fc.oneof(bytes, damaged(header), fc.constant(header), fc.constant(Buffer.concat([header, header])));
const anyBody = fc.oneof(bytes, damaged(body), fc.constant(body), fc.constant(undefined));

describe("a packed entry", () => {
  it("comes back byte for byte, whatever its bytes, with and without a body", () => {
    fc.assert(
      fc.property(anyHeader, anyBody, (someHeader, someBody) => {
        const entry = { header: someHeader, body: someBody };
        expect(roundTrip(entry)).toEqual(plain(entry));
      }),
      { numRuns: 1000 },
    );
  });

  it("comes back with every form of id, and every time", () => {
    const ids = fc.oneof(
      fc.uuid(),
      fc.uuid().map((id) => id.toUpperCase()),
      fc.integer({ min: 0, max: 2 ** 48 - 1 }).map((time) => uuidv7(time)),
      fc.constantFrom("ffffffff-ffff-7fff-bfff-ffffffffffff", "e1", "x".repeat(128)),
    );
    const times = fc.date({ noInvalidDate: true, min: new Date("0000-01-01"), max: new Date("9999-12-31") });
    fc.assert(
      fc.property(ids, times, times, (id, timestamp, clock) => {
        const entry = entryOf({ id, timestamp: timestamp.getTime(), clock: clock.getTime() });
        expect(roundTrip(entry, place, true)).toEqual(plain(entry));
      }),
      { numRuns: 300 },
    );
  });

  it("lacks what its place tells and what is computed from its body, and keeps what is random as bytes", () => {
    const { header: packed, body: kept, loose } = pack(place, usual);
    const text = Buffer.concat([packed, kept ?? Buffer.of()]).toString();
    for (const absent of ["body_hash", "nonce", "recorded_at", "sequence", "acme", "2026-11-22"]) {
      expect(text).not.toContain(absent);
    }
    // The nonce, and a time that is that of the log.
    expect(loose).toHaveLength(17);
    const [usualSize, timedSize, uuidSize] = [
      size(entryOf({ id: "" })),
      size(entryOf({ id: `${uuidAt(NOW - 20)}-7a3d-9b2c-5d1f00aa17e3` })),
      size(entryOf({ id: "1e86c37c-734f-4c5b-b7a1-334d14da6b8e" })),
    ];
    expect(timedSize - usualSize).toBe(11);
    expect(uuidSize - usualSize).toBe(16);
    // All of it takes less than half the bytes, before any compression.
    expect(timedSize).toBeLessThan((header.length + body.length) / 2);
  });

  it("keeps what is not as its place says", () => {
    for (const other of [
      { ...place, organization: "globex" },
      { ...place, sequence: 1235 },
      { ...place, recordedAt: NOW + 1 },
      { ...place, recordedAt: Number.MAX_SAFE_INTEGER },
    ]) {
      expect(roundTrip(usual, other)).toEqual(plain(usual));
      expect(Buffer.from(pack(other, usual).header).toString()).toContain('"sequence":1234');
    }
    const longSource = entryOf({ source: "k".repeat(300) });
    expect(roundTrip(longSource)).toEqual(plain(longSource));
  });

  it("keeps the hash where the body is gone, or has another hash", () => {
    for (const other of [undefined, Buffer.from("{}")]) {
      const packed = pack(place, { header, body: other });
      expect(completes(rangeOf(packed))).toBe(false);
      // A hash that was kept needs no body.
      const withoutBody = unpacked(place, { ...packed, body: undefined });
      expect(Buffer.from(withoutBody.header())).toEqual(Buffer.from(header));
    }
  });

  it("lacks what looks like a hash of the body or like a nonce, where that is taken on trust", () => {
    expect(pack(place, usual, true)).toEqual(pack(place, usual));
    const strange = Buffer.from(
      Buffer.from(body)
        .toString()
        .replace(/"nonce":".{22}"/, `"nonce":"${"!".repeat(22)}"`),
    );
    for (const entry of [
      { header, body: Buffer.from("{}") },
      { header, body: strange },
    ]) {
      expect(roundTrip(entry, place, true)).not.toEqual(plain(entry));
      expect(roundTrip(entry)).toEqual(plain(entry));
    }
    const erased = { header, body: undefined };
    expect(roundTrip(erased, place, true)).toEqual(plain(erased));
  });

  it("shows all but the hash without computing it", () => {
    const start = (entry: EntryParts) => Buffer.from(unpacked(place, pack(place, entry)).start());
    expect(start(usual).toString()).toBe(Buffer.from(header).toString().slice(0, -80));
    expect(start({ header, body: undefined })).toEqual(Buffer.from(header));
  });

  it("does not come back without the body whose hash it lacks", () => {
    const withoutBody = unpacked(place, { ...pack(place, usual), body: undefined });
    expect(() => withoutBody.header()).toThrow(/cannot be read without/);
    expect(() => withoutBody.start()).toThrow(/cannot be read without/);
  });

  it("becomes some entry or other, whatever was packed", () => {
    fc.assert(
      fc.property(bytes, bytes, bytes, fc.nat(), (someHeader, someBody, loose, recordedAt) => {
        const packed = { header: someHeader, body: someBody, loose };
        const at = { ...place, recordedAt: recordedAt * 2 ** 20 };
        const { header, start } = unpacked(at, packed);
        expect(header()).toBeInstanceOf(Uint8Array);
        expect(start()).toBeInstanceOf(Uint8Array);
      }),
      { numRuns: 300 },
    );
  });
});

describe("a packed time", () => {
  it("is what its text says, and no other text has one", () => {
    const text = fc.oneof(
      fc
        .date({ noInvalidDate: true, min: new Date("0000-01-01"), max: new Date("9999-12-31") })
        .map((date) => date.toISOString()),
      fc.stringMatching(/^20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9]\.[0-9]{3}Z$/),
      fc.string({ minLength: 24, maxLength: 24 }),
      fc.constantFrom(
        ...[1900, 2000, 2024, 2026].flatMap((year) => [`${year}-02-29T12:00:00.000Z`, `${year}-12-31T23:59:59.999Z`]),
      ),
      fc.constantFrom("2026-11-22T24:00:00.000Z", "2026-02-30T00:00:00.000Z", "2026-11-22T12:00:00.0000Z"),
    );
    fc.assert(
      fc.property(text, (some) => {
        const parsed = parseTimestamp(some);
        const isWritten = parsed !== undefined && new Date(parsed).toISOString() === some;
        expect(readTime(Buffer.from(some, "latin1"), 0)).toBe(isWritten ? parsed : Number.NaN);
      }),
      { numRuns: 500 },
    );
  });
});
