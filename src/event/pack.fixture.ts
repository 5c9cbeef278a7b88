import type { EntryPlace, PackedEntry, PackedRange } from "../packing.ts";
import { headerStart, unpackBody, unpackedMax, unpackHeader } from "./pack.ts";

/** A packed entry in the midst of other bytes. */
export function rangeOf({ header, body, loose }: PackedEntry): PackedRange {
  const around = Buffer.alloc(3, 0xff);
  const content = Buffer.concat([around, header, body ?? Buffer.of(), around]);
  const bodyAt = around.length + header.length;
  return {
    content,
    headerAt: around.length,
    bodyAt,
    end: content.length - around.length,
    erased: body === undefined,
    loose: Buffer.concat([around, loose, around]),
    looseAt: around.length,
    looseEnd: around.length + loose.length,
  };
}

/** An entry that was packed: `header` throws where it cannot be read. */
export function unpacked(place: EntryPlace, packed: PackedEntry) {
  const range = rangeOf(packed);
  const room = () => Buffer.alloc(unpackedMax(place, range));
  const part = (to: Buffer, end: number): Uint8Array => {
    if (end > to.length) throw new RangeError("it takes more than the room that it asked for");
    return to.subarray(0, end);
  };
  const bodyRoom = room();
  const body = packed.body && part(bodyRoom, unpackBody(range, bodyRoom, 0));
  return {
    body,
    header(from = body): Uint8Array {
      const to = room();
      return part(to, unpackHeader(place, range, from, to, 0));
    },
    start(): Uint8Array {
      const to = room();
      return part(to, headerStart(place, range, to, 0));
    },
  };
}
