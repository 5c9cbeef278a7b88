/** Place in the order of a page: (timestamp in ms, sequence). */
export interface Keyset {
  readonly timestamp: number;
  readonly sequence: number;
}

/** Where search says that a match is. What it is, the log says: a place is a claim until the entry was read and checked. */
export interface Place extends Keyset {
  readonly position: number;
}
