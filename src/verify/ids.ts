import { decodeId } from "../event/index.ts";
import type { Ids } from "../ids/index.ts";
import type { LogReader } from "../log/index.ts";
import type { Finding } from "./contract.ts";

/** The index of ids, and the log that it was made of. */
export interface IdsSource {
  readonly ids: Pick<Ids, "candidates" | "complete" | "position">;
  readonly log: Pick<LogReader, "entry">;
}

interface Identified {
  readonly organization: string;
  readonly sequence: number;
  readonly position: number;
  readonly id: string;
}

/** Compares each id of the log with the index that decides whether an id is new. It finds ids that are missing there, and ids that were recorded twice. */
export class IdsCheck {
  readonly notes: string[] = [];
  private readonly source: IdsSource;
  /** Positions below it were read by the index before the log is. */
  private readonly end: number;
  private readonly report: (finding: Finding) => void;

  constructor(source: IdsSource, report: (finding: Finding) => void) {
    this.source = source;
    this.end = source.ids.position;
    this.report = report;
    if (!source.ids.complete) this.noteIncomplete();
  }

  /** The next entry of the log. @returns undefined where there is nothing to wait for. */
  take(entry: Identified): Promise<void> | undefined {
    const { organization, id, position } = entry;
    if (position >= this.end) return undefined;
    const found = this.source.ids.candidates(organization, id);
    return found.length === 1 && found[0] === position ? undefined : this.compare(entry, found);
  }

  private async compare(entry: Identified, found: readonly number[]): Promise<void> {
    const { organization, sequence, position, id } = entry;
    const place = { organization, sequence, id };
    for (const earlier of found) {
      if (earlier >= position) continue;
      const other = await this.source.log.entry(earlier);
      // Two ids can have the same key.
      if (other.organization !== organization || decodeId(other.header) !== id) continue;
      const message = `Entries ${other.sequence} and ${sequence} of ${organization} have the same id, ${id}: one of the two was recorded though the id was used.`;
      this.report({ part: "ids", kind: "id_twice", message, ...place });
      return;
    }
    if (found.includes(position)) return;
    // A damaged part is being read again: its ids cannot be found yet.
    if (!this.source.ids.complete) return this.noteIncomplete();
    const message = `The id of entry ${sequence} of ${organization}, ${id}, is missing from the index of ids: it could be recorded once more.`;
    this.report({ part: "ids", kind: "id_missing", message, ...place });
  }

  private noteIncomplete(): void {
    if (this.notes.length > 0) return;
    this.notes.push(
      "The index of ids was damaged and is being read from the log again: not every id could be compared.",
    );
  }
}
