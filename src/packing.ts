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

/** A packed entry where it lies in the memory of its block: a view of each part would take longer than unpacking it. */
export interface PackedRange {
  /** Holds the header from `headerAt` to `bodyAt`, and the body from there to `end`. */
  readonly content: Uint8Array;
  readonly headerAt: number;
  readonly bodyAt: number;
  readonly end: number;
  /** It has no body. */
  readonly erased: boolean;
  /** Holds the loose bytes from `looseAt` to `looseEnd`. */
  readonly loose: Uint8Array;
  readonly looseAt: number;
  readonly looseEnd: number;
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
  /** No fewer bytes than both parts of a packed entry take. */
  unpackedMax(place: EntryPlace, packed: PackedRange): number;
  /** Writes the body of a packed entry, byte for byte. Never throws. @returns where it ends. */
  unpackBody(packed: PackedRange, to: Buffer, at: number): number;
  /**
   * Writes the header of a packed entry, byte for byte. Other bytes than `pack` gave become some other header, which its leaf hash shows.
   * @param body as `unpackBody` writes it. @returns where the header ends.
   * @throws when there was a body, and it is not given.
   */
  unpackHeader(place: EntryPlace, packed: PackedRange, body: Uint8Array | undefined, to: Buffer, at: number): number;
  /** Whether `unpackHeader` computes the header's commitment to the body from the body itself, so that the two always agree. */
  completes(packed: PackedRange): boolean;
  /** Writes as much of the header as is there without hashing anything: all that the body does not tell. @throws where `unpackHeader` does. */
  headerStart(place: EntryPlace, packed: PackedRange, to: Buffer, at: number): number;
}
