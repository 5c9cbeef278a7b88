import fc from "fast-check";
import { expect, it } from "vitest";
import { type Frame, FrameReader } from "./channel.ts";
import { decodeStatement, encodeStatement } from "./statement.ts";

function framed({ kind, id, payload }: Frame): Buffer {
  const header = Buffer.alloc(9);
  header.writeUInt32LE(payload.length, 0);
  header.writeUInt8(kind, 4);
  header.writeUInt32LE(id, 5);
  return Buffer.concat([header, payload]);
}

const frame = fc.record({
  kind: fc.integer({ min: 0, max: 255 }),
  id: fc.integer({ min: 0, max: 0xff_ff_ff_ff }),
  payload: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
});

it("reads frames whole, however the stream of bytes is cut", () => {
  fc.assert(
    fc.property(fc.array(frame), fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (frames, cuts) => {
      const bytes = Buffer.concat(frames.map(framed));
      const read: Frame[] = [];
      const reader = new FrameReader((one) => read.push({ ...one, payload: Buffer.from(one.payload) }));
      for (let at = 0, cut = 0; at < bytes.length; cut++) {
        const length = cuts[cut % cuts.length] ?? 1;
        reader.read(bytes.subarray(at, at + length));
        at += length;
      }
      expect(read).toEqual(frames);
    }),
  );
});

it("brings a statement over as it is, and its rows to the byte", () => {
  fc.assert(
    fc.property(
      fc.record({
        sql: fc.string({ unit: "grapheme" }),
        values: fc.dictionary(
          fc.string(),
          fc.oneof(fc.string({ unit: "grapheme" }), fc.integer(), fc.array(fc.string())),
        ),
        queryId: fc.string(),
      }),
      fc.array(fc.uint8Array({ maxLength: 40 })),
      (statement, rows) => {
        const decoded = decodeStatement(Buffer.concat(encodeStatement({ ...statement, rows })));
        expect(decoded).toMatchObject(statement);
        expect(Buffer.concat(decoded.rows ?? [])).toEqual(Buffer.concat(rows));
      },
    ),
  );
});
