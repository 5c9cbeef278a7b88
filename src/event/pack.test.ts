import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeEntry } from "./codec.ts";
import { headerStart, pack, unpack } from "./pack.ts";

const { header, body } = encodeEntry(
  { action: "a", actor: { type: "user", id: "u" }, resource: { type: "t" }, targets: [{ type: "t", id: "é" }] },
  { id: "e1", organization: "acme", source: { type: "api_key", id: "k1" }, sequence: 7, recordedAt: 0 },
);

const bytes = fc.uint8Array({ maxLength: 200 });
/** Any bytes, or bytes that end as a header of this body does, before which anything can be, also what marks a whole header. */
const anyHeader = (hashEnd: Uint8Array) =>
  fc.oneof(
    bytes,
    bytes.map((start) => Buffer.concat([start, hashEnd])),
    bytes.map((start) => Buffer.concat([start, Buffer.from([0]), hashEnd])),
    bytes.map((start) => Buffer.concat([start, hashEnd, Buffer.from([0])])),
  );

describe("a packed header", () => {
  it("comes back byte for byte, whatever its bytes, with and without a body", () => {
    const hashEnd = header.subarray(-'"body_hash":""}'.length - 1 - 64);
    fc.assert(
      fc.property(anyHeader(hashEnd), fc.oneof(bytes, fc.constant(body)), fc.boolean(), (any, someBody, erased) => {
        const kept = erased ? undefined : someBody;
        expect(Buffer.from(unpack(pack(any, kept), kept))).toEqual(Buffer.from(any));
      }),
      { numRuns: 2000 },
    );
  });

  it("leaves out the body's hash, which is 64 digits and what surrounds them", () => {
    const packed = pack(header, body);
    expect(packed).toHaveLength(header.length - ',"body_hash":""}'.length - 64);
    expect(Buffer.from(packed).includes("body_hash")).toBe(false);
    expect(Buffer.from(unpack(packed, body))).toEqual(Buffer.from(header));
  });

  it("keeps the hash where the body is gone, or has another hash", () => {
    for (const other of [undefined, Buffer.from("{}")]) {
      const packed = pack(header, other);
      expect(Buffer.from(packed).includes('"body_hash"')).toBe(true);
      expect(Buffer.from(unpack(packed, other))).toEqual(Buffer.from(header));
      // A hash that was kept needs no body.
      expect(Buffer.from(unpack(packed, undefined))).toEqual(Buffer.from(header));
    }
  });

  it("lacks what looks like a hash of the body, where that is taken on trust", () => {
    expect(pack(header, body, true)).toEqual(pack(header, body));
    const other = Buffer.from("{}");
    expect(Buffer.from(unpack(pack(header, other, true), other))).not.toEqual(Buffer.from(header));
    for (const any of [Buffer.from("{}"), Buffer.alloc(100), header.subarray(0, -1)]) {
      expect(Buffer.from(unpack(pack(any, body, true), body))).toEqual(Buffer.from(any));
    }
    expect(Buffer.from(unpack(pack(header, undefined, true), undefined))).toEqual(Buffer.from(header));
  });

  it("shows all but the hash without computing it", () => {
    expect(Buffer.from(headerStart(pack(header, body), body))).toEqual(Buffer.from(pack(header, body)));
    expect(Buffer.from(headerStart(pack(header, undefined), undefined))).toEqual(Buffer.from(header));
    expect(() => headerStart(pack(header, body), undefined)).toThrow(/cannot be read without/);
  });

  it("does not come back without the body whose hash it lacks", () => {
    expect(() => unpack(pack(header, body), undefined)).toThrow(/cannot be read without/);
  });
});
