/** What a verification of everything that is stored finds, as it is shown to people and kept. Fields are snake_case: this is what is printed and answered as JSON. */

/**
 * What of the data directory differs. `log` is what was acknowledged; `search` and `ids` can be rebuilt from it; `identity` (people, keys and settings) is what
 * the log speaks of, and cannot.
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
  /** Of a row that is under another organization: which. No reader of the first one can learn it. */
  readonly moved_to?: string;
}

/**
 * What a clean verification rests on. `signed`: whoever holds the signing keys could have rewritten everything. `witnessed`: a witness has seen every
 * organization's log. `kept`: checkpoints that were kept elsewhere match.
 */
export type Grade = "signed" | "witnessed" | "kept";

/** How far a verification has come. */
export interface Progress {
  /** Entries of the log that were read, of how many there are; `null` while that is not known. */
  readonly entries: number;
  readonly of: number | null;
  readonly findings: number;
}

/** What a whole verification came to. */
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
