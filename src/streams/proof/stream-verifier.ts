import { parseCheckpoint, type VerifierKey, verifyNote } from "@daybook/sdk/note";
import { verifyEd25519 } from "../../crypto.ts";
import { entryFault } from "./check-entry.ts";
import { Leaves } from "./leaves.ts";
import type { Given, GivenCheckpoint, GivenEvent } from "./lines.ts";
import { Subtrees } from "./subtrees.ts";

/** At most so many findings are listed; the rest is only counted. */
const FINDINGS_MAX = 100;

/** From `start` to before `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface StreamFinding {
  /** Undefined if it concerns no single event. */
  readonly sequence: number | undefined;
  readonly reason: string;
}

/** The result for one organization's events, as a receiver returned them. */
export interface StreamReport {
  readonly logId: string;
  readonly organization: string;
  readonly events: number;
  readonly repeated: number;
  /** Events whose content was compared with their entry. */
  readonly checked: number;
  /** Events that were sent shortened. */
  readonly shortened: number;
  /** Ranges in which every event is there, and is the one that the log signed. */
  readonly proven: readonly Range[];
  /** Ranges in which events are missing, between the first and the last event. */
  readonly missing: readonly Range[];
  readonly findings: readonly StreamFinding[];
  /** How many findings there are, also those that are not listed. */
  readonly faults: number;
}

/** Reads what a receiver returns of a stream, in any order, and reports what it proves. It keeps 33 bytes for each event. */
export class StreamVerifier {
  private readonly keys: readonly VerifierKey[];
  private readonly logs = new Map<string, OrganizationProof>();

  /** @param keys that are trusted. Signatures of other keys prove nothing. */
  constructor(keys: readonly VerifierKey[]) {
    this.keys = keys;
  }

  take(given: Given): void {
    const name = `${given.logId} ${given.organization}`;
    const known = this.logs.get(name) ?? new OrganizationProof(given.logId, given.organization);
    this.logs.set(name, known);
    if (given.kind === "event") known.takeEvent(given);
    else known.takeCheckpoint(given);
  }

  /** One report for each organization and log. */
  async reports(): Promise<StreamReport[]> {
    return Promise.all([...this.logs.values()].map((one) => one.report(this.keys)));
  }
}

class OrganizationProof {
  private readonly logId: string;
  private readonly organization: string;
  private readonly leaves = new Leaves();
  /** By size; a signed one comes before one without a signature. */
  private readonly checkpoints = new Map<number, GivenCheckpoint>();
  private readonly findings: StreamFinding[] = [];
  private faults = 0;
  private events = 0;
  private checked = 0;
  private shortened = 0;

  constructor(logId: string, organization: string) {
    this.logId = logId;
    this.organization = organization;
  }

  takeEvent(event: GivenEvent): void {
    const { sequence, leafHash, entry, fields } = event;
    this.events++;
    if (!/^[0-9a-f]{64}$/.test(leafHash)) {
      this.fault(sequence, "its hash is not a hash");
      return;
    }
    if (!this.leaves.add(sequence, Buffer.from(leafHash, "hex")))
      this.fault(sequence, "there are two events of this sequence");
    const fault = entryFault(event);
    if (fault !== undefined) this.fault(sequence, fault);
    else if (entry !== undefined) this.checked++;
    if (fields?.shortened !== undefined) this.shortened++;
  }

  takeCheckpoint(checkpoint: GivenCheckpoint): void {
    const known = this.checkpoints.get(checkpoint.size);
    if (known === undefined || known.note === null) this.checkpoints.set(checkpoint.size, checkpoint);
  }

  async report(keys: readonly VerifierKey[]): Promise<StreamReport> {
    const roots = await this.signedRoots(keys);
    const runs = this.leaves.runs();
    const missing = runs.slice(1).map(({ start }, at) => ({ start: runs[at]?.end ?? 0, end: start }));
    const proven = runs.flatMap((run) => this.provenIn(run, roots));
    const { logId, organization, events, checked, shortened, findings, faults } = this;
    const repeated = events - this.leaves.count;
    return { logId, organization, events, repeated, checked, shortened, proven, missing, findings, faults };
  }

  /** Root by size, of the checkpoints that a trusted key signed for this log and organization. */
  private async signedRoots(keys: readonly VerifierKey[]): Promise<Map<number, Uint8Array>> {
    const roots = new Map<number, Uint8Array>();
    const origin = `daybook/${this.logId}/${this.organization}`;
    for (const { size, note } of this.checkpoints.values()) {
      if (note === null) continue;
      try {
        const signed = parseCheckpoint((await verifyNote(note, keys, verifyEd25519)).note.text);
        if (signed.origin !== origin || signed.size !== size) throw new Error("it is of another log or size");
        roots.set(size, signed.root);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        this.fault(undefined, `the checkpoint of ${size} entries cannot be trusted: ${reason}`);
      }
    }
    return roots;
  }

  /**
   * Adds leaf by leaf to the subtrees before them, and compares with each signed root on the way. The subtrees need no proof: if they are wrong, no
   * later root is right.
   */
  private provenIn({ start, end }: Range, roots: ReadonlyMap<number, Uint8Array>): Range[] {
    const proven: Range[] = [];
    let tree = start === 0 ? new Subtrees() : undefined;
    let from = 0;
    for (let size = start; size <= end; size++) {
      const root = roots.get(size);
      if (tree !== undefined && root !== undefined && size > from) {
        if (Buffer.from(tree.root() ?? []).equals(root)) extend(proven, { start: from, end: size });
        else {
          this.fault(undefined, `the events from ${from} to ${size - 1} are not those that the log signed`);
          tree = undefined;
        }
      }
      if (tree === undefined) {
        tree = this.beginAt(size);
        from = size;
      }
      const leaf = size < end ? this.leaves.get(size) : undefined;
      if (leaf !== undefined) tree?.push(leaf);
    }
    return proven;
  }

  private beginAt(size: number): Subtrees | undefined {
    const given = this.checkpoints.get(size);
    if (given === undefined) return undefined;
    try {
      return new Subtrees(
        size,
        given.subtrees.map((hash) => Buffer.from(hash, "hex")),
      );
    } catch {
      this.fault(undefined, `the checkpoint of ${size} entries does not hold its subtrees`);
      return undefined;
    }
  }

  private fault(sequence: number | undefined, reason: string): void {
    this.faults++;
    if (this.findings.length < FINDINGS_MAX) this.findings.push({ sequence, reason });
  }
}

/** Joins ranges that follow one another without a gap. */
function extend(ranges: Range[], { start, end }: Range): void {
  const last = ranges.at(-1);
  if (last !== undefined && last.end >= start) ranges[ranges.length - 1] = { start: last.start, end };
  else ranges.push({ start, end });
}
