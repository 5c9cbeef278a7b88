/** What the log knows of an entry without reading it, and has stored beside it. */
export interface EntryPlace {
  readonly organization: string;
  readonly sequence: number;
  /** Milliseconds since the Unix epoch. */
  readonly recordedAt: number;
}

/** An entry's two parts. */
export interface EntryParts {
  readonly header: Uint8Array;
  /** Undefined once it was erased. */
  readonly body: Uint8Array | undefined;
}

/** An entry as a compressed segment stores it. */
export interface PackedEntry extends EntryParts {
  /** Bytes of it that no compression makes shorter, for instance what is random: they are stored beside what is deflated. */
  readonly loose: Uint8Array;
}

/**
 * What the log is given to store entries in less space, though it knows nothing of what is in them. A file names the packing that it
 * was written with by its number and the checksum of its dictionary: with another one it cannot be read, and is refused.
 */
export interface EntryPacking {
  /** Other ways of packing have other numbers; 0 is not packed. */
  readonly number: number;
  /**
   * Bytes that are frequent in packed entries, at most 32 KiB, the most frequent ones last: what deflate can refer back to from a block's
   * first byte. It is a constant and holds nothing of any entry, so that what was erased is nowhere left.
   */
  readonly dictionary: Uint8Array;
  /** URL of the module that exports this object as `entryPacking`, from where a worker thread takes it. */
  readonly module: string;
  /**
   * An entry without what its place tells, and without what its body tells of its header.
   * @param trusting taken on trust that `unpack` gives the same back, where that takes time to find out: the caller compares.
   * @returns views of what is given, or memory of its own.
   */
  pack(place: EntryPlace, entry: EntryParts, trusting?: boolean): PackedEntry;
  /** The body of a packed entry, byte for byte; undefined once it was erased. Never throws. */
  unpackBody(packed: PackedEntry): Uint8Array | undefined;
  /**
   * The header of a packed entry, byte for byte. Other bytes than `pack` gave become some other header, which its leaf hash shows.
   * @param body as `unpackBody` gives it.
   * @param room bytes to leave free before the header, for whoever hashes both together.
   * @throws when there was a body, and it is not given.
   */
  unpackHeader(place: EntryPlace, packed: PackedEntry, body: Uint8Array | undefined, room: number): Uint8Array;
  /** Whether `unpackHeader` computes the header's commitment to the body from the body itself, so that the two always agree. */
  completes(packed: PackedEntry): boolean;
  /** As much of the header as is there without hashing anything: all that the body does not tell. @throws where `unpackHeader` does. */
  headerStart(place: EntryPlace, packed: PackedEntry): Uint8Array;
}

const NOTHING = new Uint8Array();

/** Leaves entries as they are. */
export const entryPacking: EntryPacking = {
  number: 0,
  dictionary: NOTHING,
  module: import.meta.url,
  pack: (_place, { header, body }) => ({ header, body, loose: NOTHING }),
  unpackBody: ({ body }) => body,
  unpackHeader: (_place, { header }, _body, room) => {
    const unpacked = Buffer.allocUnsafe(room + header.length);
    unpacked.set(header, room);
    return unpacked;
  },
  completes: () => false,
  headerStart: (_place, { header }) => header,
};
