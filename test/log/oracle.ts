import { createHash } from "node:crypto";
import type { Append, Appended, LogEntry, LogReader } from "../../src/log/contract.ts";

interface Attempt {
  readonly organization: string;
  readonly body: Buffer;
}

/** How much the oracle knew at some moment. */
export interface Knowledge {
  readonly acknowledged: number;
  readonly refused: number;
  readonly seen: number;
}

/**
 * Knows what was asked of a log and what was promised, and says whether a log that was opened again keeps it: what was
 * acknowledged, or seen by a reader, is there for ever, the same; what was refused is not; what got no answer is there whole and
 * once, or not at all.
 */
export class Oracle {
  private readonly attempts = new Map<number, Attempt>();
  private readonly acknowledged: { attempt: number; appended: Appended }[] = [];
  private readonly refused: number[] = [];
  /** By position. */
  private readonly seen: number[] = [];
  private next = 0;

  /** An append whose fate the oracle follows. `watch` must get the promise it is answered with. */
  attempt(organization: string, body: Buffer): { append: Append; watch(promise: Promise<Appended>): Promise<void> } {
    const attempt = this.next++;
    this.attempts.set(attempt, { organization, body });
    return {
      append: {
        organization,
        encode: (sequence, recordedAt) => ({
          header: Buffer.from(JSON.stringify({ attempt, organization, sequence, recordedAt })),
          body,
        }),
      },
      watch: (promise) =>
        promise.then(
          (appended) => void this.acknowledged.push({ attempt, appended }),
          () => void this.refused.push(attempt),
        ),
    };
  }

  /** One that knows the same and learns apart. */
  clone(): Oracle {
    const copy = new Oracle();
    for (const [number, attempt] of this.attempts) copy.attempts.set(number, attempt);
    copy.acknowledged.push(...this.acknowledged);
    copy.refused.push(...this.refused);
    copy.seen.push(...this.seen);
    copy.next = this.next;
    return copy;
  }

  /** The same for oracles that ask the same of a log. */
  fingerprint(): string {
    const hash = createHash("sha256");
    for (const [attempt, { organization, body }] of this.attempts) {
      hash.update(`${attempt} ${organization} ${body.length}\n`).update(body);
    }
    hash.update(JSON.stringify([this.acknowledged, this.refused, this.seen]));
    return hash.digest("base64");
  }

  get knowledge(): Knowledge {
    return { acknowledged: this.acknowledged.length, refused: this.refused.length, seen: this.seen.length };
  }

  /** @throws an error that says what promise is broken. @returns the attempts in the log, by position. */
  async check(log: LogReader, knowledge: Knowledge = this.knowledge): Promise<number[]> {
    const entries = await readAll(log);
    const found = entries.map((entry, position) => this.checkEntry(entry, position));
    if (new Set(found).size !== found.length) throw new Error("an entry is in the log twice");
    for (const { attempt, appended } of this.acknowledged.slice(0, knowledge.acknowledged)) {
      const entry = entries[appended.position];
      if (found[appended.position] !== attempt || entry === undefined) {
        throw new Error(`the acknowledged entry at position ${appended.position} is lost`);
      }
      if (entry.sequence !== appended.sequence || appended.leafHash !== Buffer.from(entry.leafHash).toString("hex")) {
        throw new Error(`the entry at position ${appended.position} is not what was acknowledged`);
      }
    }
    for (const attempt of this.refused.slice(0, knowledge.refused)) {
      if (found.includes(attempt)) throw new Error("an entry that was refused is in the log");
    }
    for (const [position, attempt] of this.seen.slice(0, knowledge.seen).entries()) {
      if (found[position] !== attempt) throw new Error(`the entry seen at position ${position} is lost`);
    }
    checkSequences(log, entries);
    return found;
  }

  /** The log was opened and shown to readers: what it holds now must stay. */
  see(found: readonly number[]): void {
    for (const [position, attempt] of found.entries()) this.seen[position] = attempt;
  }

  private checkEntry(entry: LogEntry, position: number): number {
    const header: { attempt: number; organization: string; sequence: number } = JSON.parse(
      Buffer.from(entry.header).toString(),
    );
    const attempt = this.attempts.get(header.attempt);
    if (entry.position !== position) throw new Error(`position ${entry.position} was read at ${position}`);
    if (attempt === undefined) throw new Error(`what is at position ${position} was never appended`);
    if (header.sequence !== entry.sequence || header.organization !== entry.organization) {
      throw new Error(`the header at position ${position} has another place`);
    }
    if (attempt.organization !== entry.organization || entry.body === undefined || !attempt.body.equals(entry.body)) {
      throw new Error(`the entry at position ${position} is not what was appended`);
    }
    const leafHash = createHash("sha256").update(Buffer.of(0)).update(entry.header).digest();
    if (!leafHash.equals(entry.leafHash)) throw new Error(`the leaf hash at position ${position} is wrong`);
    return header.attempt;
  }
}

function checkSequences(log: LogReader, entries: readonly LogEntry[]): void {
  const sizes = new Map<string, number>();
  for (const { organization, sequence, position } of entries) {
    const size = sizes.get(organization) ?? 0;
    if (sequence !== size) throw new Error(`sequence ${sequence} at position ${position} where ${size} is next`);
    sizes.set(organization, size + 1);
  }
  for (const [organization, size] of sizes) {
    if (log.size(organization) !== size) throw new Error(`the log counts ${log.size(organization)}, not ${size}`);
  }
}

/** Every entry that is durable now. */
export async function readAll(log: LogReader): Promise<LogEntry[]> {
  const { end } = log;
  const entries: LogEntry[] = [];
  if (end === 0) return entries;
  const reading = new AbortController();
  for await (const chunk of log.follow(0, reading.signal)) {
    // With everything computed, so that entries can be compared member by member.
    for (const { position, organization, sequence, leafHash, header, body, leaf } of chunk) {
      entries.push({ position, organization, sequence, leafHash, header, body, leaf });
    }
    if (entries.length >= end) reading.abort();
  }
  return entries;
}
