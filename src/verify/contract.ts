/** What a verification finds, as people see it and as it is stored. Fields are snake_case because this is printed and answered as JSON. */

/**
 * Which part of the data directory is wrong. `log` is what was acknowledged. `search` and `ids` can be rebuilt from it. `identity` (people, keys and
 * settings) cannot.
 */
export const PARTS = ["log", "tree", "checkpoints", "search", "ids", "identity"] as const;
export type Part = (typeof PARTS)[number];

export interface Finding {
  readonly part: Part;
  readonly kind:
    | "damaged"
    | "entry_altered"
    | "body_missing"
    | "tree_differs"
    | "root_differs"
    | "signature_wrong"
    | "kept_differs"
    | "beyond_log"
    | "row_changed"
    | "row_missing"
    | "row_extra"
    | "row_moved"
    | "id_missing"
    | "id_twice"
    | "event_missing"
    | "event_replaced"
    | "identity_behind";
  /** One sentence for the operator: what differs, and where. */
  readonly message: string;
  readonly organization?: string;
  readonly sequence?: number;
  readonly id?: string;
  /** Where a row is under another organization: that organization. Readers of the first one must not learn it. */
  readonly moved_to?: string;
}

/**
 * What a clean verification rests on. `signed`: whoever holds the signing keys could have rewritten everything. `witnessed`: a witness has seen every
 * organization's log. `kept`: checkpoints that were kept elsewhere match.
 */
export type Grade = "signed" | "witnessed" | "kept";

/** How far a verification has come. */
export interface Progress {
  /** Entries of the log that were read, and how many there are; `null` while that is not known. */
  readonly entries: number;
  readonly of: number | null;
  readonly findings: number;
}

/** The result of a whole verification. */
export interface Report {
  readonly ok: boolean;
  readonly grade: Grade;
  readonly log_id: string | null;
  /** RFC 3339. */
  readonly started_at: string;
  readonly duration_ms: number;
  readonly entries: number;
  readonly organizations: number;
  readonly checkpoints: number;
  /** Rows of search that were compared with their entries. */
  readonly rows: number;
  /** Events of identity that are in the log where they were delivered. */
  readonly own_events: number;
  readonly findings: number;
  readonly findings_by_part: Readonly<Record<Part, number>>;
  /** Not faults, but the reader must know them: what could not be checked. */
  readonly notes: readonly string[];
}
