import type { EntryPacking } from "../packing.ts";

const NOTHING = new Uint8Array();

/** Leaves entries as they are. */
export const entryPacking: EntryPacking = {
  number: 0,
  dictionary: NOTHING,
  module: import.meta.url,
  pack: (_place, { header, body }) => ({ header, body, loose: NOTHING }),
  unpackedMax: (_place, { headerAt, end }) => end - headerAt,
  unpackBody: ({ content, bodyAt, end }, to, at) => copied(content, bodyAt, end, to, at),
  unpackHeader: (_place, { content, headerAt, bodyAt }, _body, to, at) => copied(content, headerAt, bodyAt, to, at),
  completes: () => false,
  headerStart: (_place, { content, headerAt, bodyAt }, to, at) => copied(content, headerAt, bodyAt, to, at),
};

function copied(from: Uint8Array, start: number, end: number, to: Buffer, at: number): number {
  to.set(from.subarray(start, end), at);
  return at + end - start;
}
