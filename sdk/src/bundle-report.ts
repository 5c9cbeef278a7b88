import type { BundleHead } from "./bundle-format.ts";

/** What a bundle was found to be. As JSON it is what `daybook verify bundle --json` prints, so the fields are snake_case. */
export type BundleReport = BundleProven | BundleRefused;

/**
 * Who had to help if these entries were rewritten. `signed`: whoever holds the log's key can have done it alone. `witnessed`: a witness that the
 * reader trusts, too. `kept`: nobody since the reader kept a checkpoint.
 */
export type BundleGrade = "signed" | "witnessed" | "kept";

/** Proven by the key alone, except for what is under `stated`. */
export interface BundleProven {
  readonly ok: true;
  readonly grade: BundleGrade;
  readonly organization: string;
  readonly origin: string;
  /** `complete`: nothing is missing from `start` to before `end`. `selection`: each entry is authentic; others may exist. */
  readonly proves: "complete" | "selection";
  readonly entries: number;
  readonly first: BundlePlace | null;
  readonly last: BundlePlace | null;
  /** RFC 3339: the least and the greatest time at which these events happened, as their senders said. */
  readonly happened: { readonly from: string; readonly to: string } | null;
  /** Of what is complete; null for a selection. No neighbour: the range reaches to that end of the log. */
  readonly range: {
    readonly start: number;
    readonly end: number;
    readonly before: BundlePlace | null;
    readonly after: BundlePlace | null;
  } | null;
  readonly checkpoint: {
    readonly size: number;
    /** Base64, as in the checkpoint. */
    readonly root: string;
  };
  /** The keys that were given and have signed. */
  readonly signed_by: readonly { readonly name: string; readonly key_id: string }[];
  /** Entries that the checkpoint covers which the reader kept; null where none was given. */
  readonly kept: { readonly size: number } | null;
  readonly witnesses: readonly { readonly name: string; readonly key_id: string; readonly cosigned_at: string }[];
  /** What whoever made the file says, and nobody can check here. */
  readonly stated: Pick<BundleHead, "as_of" | "period" | "filters" | "signed_at" | "made_at">;
}

/** One entry's place, from its proven header. */
export interface BundlePlace {
  readonly sequence: number;
  readonly id: string;
  /** RFC 3339. */
  readonly recorded_at: string;
}

export type BundleFault =
  /** It is no bundle, or a line is none of a bundle's. */
  | "malformed"
  /** It ends before its end. */
  | "truncated"
  | "header_altered"
  | "body_altered"
  /** Only its header is here. No version of Daybook erases bodies yet. */
  | "body_missing"
  /** An entry is missing, there twice, or out of its order. */
  | "order"
  | "other_organization"
  /** It is not what its first line says. */
  | "not_as_stated"
  /** The entries do not lead to the root that was signed. */
  | "proof"
  | "signature"
  | "witness"
  /** The log is not the one that the reader's kept checkpoint is of. */
  | "kept_checkpoint";

export interface BundleRefused {
  readonly ok: false;
  readonly fault: BundleFault;
  /** One sentence for a person. */
  readonly reason: string;
  /** The entry at fault, where one can be named. */
  readonly sequence: number | null;
  readonly id: string | null;
  /** Of the file, from 1. */
  readonly line: number;
}

/** Ends the reading of a bundle that is refused. */
export class BundleRefusal extends Error {
  override readonly name = "BundleRefusal";
  readonly fault: BundleFault;
  readonly sequence: number | null;
  readonly id: string | null;

  constructor(fault: BundleFault, reason: string, at: { sequence?: number | undefined; id?: string | undefined } = {}) {
    super(reason);
    this.fault = fault;
    this.sequence = at.sequence ?? null;
    this.id = at.id ?? null;
  }
}
