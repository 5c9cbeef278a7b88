/**
 * What the log is given to store entries in less space, though it knows nothing of what is in them. A file names the packing that it
 * was written with by its number and the checksum of its dictionary: with another one it cannot be read, and is refused.
 */
export interface EntryPacking {
  /** Other ways of packing have other numbers; 0 is none at all. */
  readonly number: number;
  /**
   * Bytes that are frequent in entries, at most 32 KiB, the most frequent ones last: what deflate can refer back to from a block's
   * first byte. It is a constant and holds nothing of any entry, so that what was erased is nowhere left.
   */
  readonly dictionary: Uint8Array;
  /** URL of the module that exports this object as `entryPacking`, from where a worker thread takes it. */
  readonly module: string;
  /**
   * A header without what its body tells.
   * @param body undefined once it was erased.
   * @param trusting taken on trust that the body tells it, where that takes time to find out: the caller compares what `unpack` gives.
   */
  pack(header: Uint8Array, body: Uint8Array | undefined, trusting?: boolean): Uint8Array;
  /**
   * The inverse, byte for byte.
   * @param room bytes to leave free before the header, for whoever hashes both together. Default: none.
   * @throws when there was a body, and it is not given.
   */
  unpack(packed: Uint8Array, body: Uint8Array | undefined, room?: number): Uint8Array;
  /** Whether `unpack` computes the header's commitment to the body from the body itself, so that the two always agree. */
  completes(packed: Uint8Array): boolean;
  /** As much of the header as is there without computing anything: all that the body does not tell. @throws where `unpack` does. */
  headerStart(packed: Uint8Array, body: Uint8Array | undefined): Uint8Array;
}

/** Leaves headers as they are. */
export const entryPacking: EntryPacking = {
  number: 0,
  dictionary: new Uint8Array(),
  module: import.meta.url,
  pack: (header) => header,
  unpack: (packed, _body, room = 0) => {
    if (room === 0) return packed;
    const header = Buffer.allocUnsafe(room + packed.length);
    header.set(packed, room);
    return header;
  },
  completes: () => false,
  headerStart: (packed) => packed,
};
