import { closeSync, openSync, writeSync } from "node:fs";
import type { EventInput, Receipt } from "@daybook/sdk";

/** An event that was sent. Its marker is its own, so that it is known again also when the server gave it its id. */
export interface Sent {
  readonly organization: string;
  readonly event: EventInput & { readonly metadata: { readonly marker: string } };
}

/** An event whose receipt was received. */
export interface Booked {
  readonly sent: Sent;
  /** The first receipt, whether it was for the first attempt or for a retry. */
  readonly receipt: Receipt;
}

/** How often an organization was renamed, as its acknowledgements and its requests say. */
interface Renames {
  attempted: number;
  acknowledged: number;
}

/**
 * What the clients know, kept outside the server: what they sent, and each receipt, journalled before anything else happens
 * with it. A receipt that contradicts an earlier one is a fault at once.
 */
export class Book {
  readonly faults: string[] = [];
  readonly renames = new Map<string, Renames>();
  private readonly booked = new Map<string, Booked>();
  /** Attempts by marker, and what was sent under it. */
  private readonly sent = new Map<string, { sent: Sent; attempts: number }>();
  /** Answered as recorded by that very request; all other answers are those of retries. */
  private readonly originals = new Set<string>();
  private readonly journal: number;

  /** @param path of the journal, to be read by a person when something is missing. */
  constructor(path: string) {
    this.journal = openSync(path, "a", 0o600);
  }

  get receipts(): IterableIterator<Booked> {
    return this.booked.values();
  }

  get size(): number {
    return this.booked.size;
  }

  /** To be called before the request leaves. */
  sending(sent: Sent): void {
    const { marker } = sent.event.metadata;
    const known = this.sent.get(marker);
    if (known) known.attempts++;
    else this.sent.set(marker, { sent, attempts: 1 });
  }

  receive(sent: Sent, receipt: Receipt): Booked {
    writeSync(this.journal, `${JSON.stringify({ organization: sent.organization, receipt })}\n`);
    const name = `${sent.organization}/${receipt.id}`;
    const fault = (text: string) => this.faults.push(`${name}: ${text} ${JSON.stringify(receipt)}`);
    if (sent.event.id !== undefined && sent.event.id !== receipt.id) fault(`sent as ${sent.event.id}`);
    if (!receipt.duplicate) {
      if (this.originals.has(name)) fault("recorded a second time");
      this.originals.add(name);
    }
    const earlier = this.booked.get(name);
    if (!earlier) {
      if (receipt.duplicate && this.sent.get(sent.event.metadata.marker)?.attempts === 1)
        fault("called a duplicate at its first attempt");
      const booked = { sent, receipt };
      this.booked.set(name, booked);
      return booked;
    }
    const { log_id, sequence, leaf_hash, recorded_at } = earlier.receipt;
    if (
      receipt.log_id !== log_id ||
      receipt.sequence !== sequence ||
      receipt.leaf_hash !== leaf_hash ||
      receipt.recorded_at !== recorded_at
    )
      fault(`another receipt than before ${JSON.stringify(earlier.receipt)}`);
    return earlier;
  }

  /** What was sent under a marker, whatever became of it. */
  sentAs(marker: unknown): Sent | undefined {
    return typeof marker === "string" ? this.sent.get(marker)?.sent : undefined;
  }

  rename(organization: string, outcome: keyof Renames): void {
    const renames = this.renames.get(organization) ?? { attempted: 0, acknowledged: 0 };
    renames[outcome]++;
    this.renames.set(organization, renames);
  }

  close(): void {
    closeSync(this.journal);
  }
}
