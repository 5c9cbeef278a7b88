import { type BundleHead, parseBundleHead, parseObject } from "./bundle-format.ts";
import { type BundleFault, type BundlePlace, BundleRefusal } from "./bundle-report.ts";
import type { Hashing } from "./hashing.ts";
import { IncludedLeaves } from "./included-leaves.ts";
import { fromBase64 } from "./note.ts";

/** One entry as it is in a bundle. The bytes are views, which are used again afterwards. */
export interface BundleEntry {
  readonly sequence: number;
  readonly header: Readonly<Record<string, unknown>>;
  readonly headerBytes: Uint8Array;
  readonly body: Uint8Array;
}

/** What a line announced: an entry, or a neighbour of a range, whose body is not there. */
interface Mark {
  readonly kind: "entry" | "before" | "after";
  readonly sequence: number;
  readonly leafHash: string;
}

interface Header extends BundlePlace {
  readonly timestamp: string;
  readonly tenant_id: string;
  readonly body_hash: string;
}

const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads a bundle line by line, and checks what can be checked as it goes: every byte of every entry, and that none is missing. */
export class BundleReader {
  /** Lines read so far. */
  line = 0;
  entries = 0;
  first: Header | null = null;
  last: Header | null = null;
  happened: { from: string; to: string } | null = null;
  before: Header | null = null;
  after: Header | null = null;
  private read: BundleHead | undefined;
  private readonly onEntry: ((entry: BundleEntry) => void) | undefined;
  private readonly leaves = new IncludedLeaves();
  private mark: Mark | undefined;
  private header: { fields: Header; bytes: Uint8Array } | undefined;
  private part: "entries" | "leaves" | "hashes" | "checkpoint" = "entries";
  private runsRead = 0;
  private readonly hashes: Uint8Array[] = [];
  private note = "";
  /** 0x00 and a header, to be hashed; used again for each. */
  private leaf = new Uint8Array(4096);

  constructor(onEntry?: (entry: BundleEntry) => void) {
    this.onEntry = onEntry;
  }

  /** @throws BundleRefusal before the first line was read. */
  get head(): BundleHead {
    if (this.read === undefined) throw new BundleRefusal("truncated", "The file is empty.");
    return this.read;
  }

  /**
   * Reads a line.
   * @param line without its newline.
   * @returns what of it is to be hashed; the hash then goes to `hashed`.
   * @throws BundleRefusal
   */
  take(line: Uint8Array): Uint8Array | undefined {
    this.line++;
    if (this.header !== undefined) {
      if (line.length === 0) throw bodyMissing(this.header.fields);
      return line;
    }
    if (this.mark !== undefined) return this.leafInput(line);
    else if (this.read === undefined) this.takeHead(line);
    else if (this.part === "checkpoint") this.note += `${decoded(line)}\n`;
    else this.takeMark(decoded(line));
    return undefined;
  }

  /** Goes on with the line that `take` has just returned bytes of. @throws BundleRefusal */
  *hashed(line: Uint8Array, hash: Uint8Array): Hashing<void> {
    if (this.header !== undefined) {
      this.checkBody(this.header.fields, hash);
      this.endEntry(this.header, line);
    } else if (this.mark !== undefined) {
      yield* this.leaves.add(this.mark.sequence, this.checkHeader(this.mark, line, hash));
    }
  }

  /** To be called after the last line. @returns the checkpoint's note, once everything leads to the root it states. */
  *finish(): Hashing<{ note: string; root: Uint8Array | undefined }> {
    const { tree_size } = this.head;
    if (this.part !== "checkpoint") throw new BundleRefusal("truncated", "The file ends before its proof is complete.");
    return { note: this.note, root: yield* this.leaves.root(tree_size, this.hashes) };
  }

  private takeHead(line: Uint8Array): void {
    const head = parseBundleHead(decoded(line));
    if (head === undefined) {
      throw new BundleRefusal(
        "malformed",
        "The file is no bundle of a version that is known here: its first line is not one's.",
      );
    }
    const { start, end, entries, tree_size, origin, organization } = head;
    if (organization === "" || organization.includes("/") || !origin.endsWith(`/${organization}`)) {
      throw new BundleRefusal("not_as_stated", `The origin ${origin} is not that of the organization ${organization}.`);
    }
    if (start !== undefined && end !== undefined && (start >= end || end > tree_size || entries !== end - start)) {
      throw new BundleRefusal("not_as_stated", "The range in the first line does not fit its other figures.");
    }
    this.read = head;
  }

  private takeMark(line: string): void {
    const [word = "", first = "", second = ""] = line.split(" ");
    if (this.part === "entries" && (word === "entry" || word === "before" || word === "after")) {
      const sequence = countOf(first);
      if (
        sequence === undefined ||
        second.length !== 64 ||
        line.length !== word.length + first.length + second.length + 2
      )
        throw this.malformed();
      this.mark = { kind: word, sequence, leafHash: second };
      this.checkOrder(this.mark);
    } else if (this.part === "entries" && line === "proof") {
      this.checkEnd();
      this.part = "leaves";
    } else if (this.part === "leaves" && word === "leaves") {
      const [, start = "", last = start] = /^leaves (\d+)(?:-(\d+))?$/.exec(line) ?? [];
      this.compareRun(countOf(start), countOf(last));
    } else if ((this.part === "leaves" || this.part === "hashes") && (word === "hash" || line === "checkpoint")) {
      if (this.part === "leaves") this.compareRunsEnd();
      this.part = word === "hash" ? "hashes" : "checkpoint";
      if (word !== "hash") return;
      const hash = fromBase64(first);
      if (hash?.length !== 32 || line !== `hash ${first}`) throw this.malformed();
      this.hashes.push(hash);
    } else throw this.malformed();
  }

  /** In a range the very next one must follow; in a selection a later one. */
  private checkOrder({ kind, sequence }: Mark): void {
    const { contents, start = 0, end = 0, tree_size } = this.head;
    const previous = this.leaves.runs.at(-1)?.end;
    if (sequence >= tree_size)
      throw new BundleRefusal(
        "not_as_stated",
        `Entry ${sequence} is beyond the signed tree, which has ${tree_size} entries.`,
        { sequence },
      );
    if (contents === "selection") {
      if (kind !== "entry") throw this.malformed();
      if (previous !== undefined && sequence < previous) throw outOfOrder(sequence, previous - 1);
      return;
    }
    const next = previous ?? Math.max(0, start - 1);
    const due = next < start ? "before" : next < end ? "entry" : "after";
    if (next > end || (kind === due && sequence < next) || sequence < next) throw outOfOrder(sequence, next - 1);
    if (sequence > next) throw missing(next, sequence);
    if (kind !== due) throw this.malformed();
  }

  private checkEnd(): void {
    const { contents, start = 0, end = 0, tree_size, entries } = this.head;
    if (contents === "selection") return;
    const next = this.leaves.runs.at(-1)?.end ?? Math.max(0, start - 1);
    if (next < Math.min(end + 1, tree_size)) throw missing(next, undefined);
    if (entries !== this.entries) throw this.malformed();
  }

  /** @returns the leaf. */
  private checkHeader(mark: Mark, line: Uint8Array, leaf: Uint8Array): Uint8Array {
    const { sequence, kind } = mark;
    const fields = parseHeader(line);
    const refuse = (fault: BundleFault, reason: string) =>
      new BundleRefusal(fault, reason, { sequence, id: fields?.id });
    if (!isHexOf(mark.leafHash, leaf)) {
      throw refuse(
        "header_altered",
        `Entry ${sequence} was altered: its header does not have the hash that is before it.`,
      );
    }
    if (fields === undefined || fields.sequence !== sequence) {
      throw refuse("header_altered", `Entry ${sequence} is another one, or none.`);
    }
    if (fields.tenant_id !== this.head.organization) {
      throw refuse("other_organization", `Entry ${sequence} is one of another organization, ${fields.tenant_id}.`);
    }
    if (kind === "entry") {
      this.header = { fields, bytes: line };
    } else {
      this[kind] = fields;
      this.mark = undefined;
    }
    return leaf;
  }

  private leafInput(header: Uint8Array): Uint8Array {
    if (this.leaf.length <= header.length) this.leaf = new Uint8Array(2 * header.length + 1);
    this.leaf.set(header, 1);
    return this.leaf.subarray(0, 1 + header.length);
  }

  private checkBody({ sequence, id, body_hash }: Header, hash: Uint8Array): void {
    if (isHexOf(body_hash, hash)) return;
    throw new BundleRefusal(
      "body_altered",
      `Entry ${sequence} was altered: its body does not have the hash that its header commits to.`,
      { sequence, id },
    );
  }

  private endEntry({ fields, bytes }: { fields: Header; bytes: Uint8Array }, body: Uint8Array): void {
    const { timestamp, sequence } = fields;
    this.entries++;
    this.first ??= fields;
    this.last = fields;
    this.happened ??= { from: timestamp, to: timestamp };
    if (timestamp < this.happened.from) this.happened.from = timestamp;
    if (timestamp > this.happened.to) this.happened.to = timestamp;
    this.header = undefined;
    this.mark = undefined;
    this.onEntry?.({ sequence, header: { ...fields }, headerBytes: bytes, body });
  }

  /** The proof says which leaves it is for, so that an entry which was taken out or put in can be named. */
  private compareRun(start: number | undefined, last: number | undefined): void {
    if (start === undefined || last === undefined || last < start) throw this.malformed();
    const own = this.leaves.runs[this.runsRead++];
    const end = last + 1;
    if (own === undefined || start < own.start) throw missing(start, own?.start);
    if (own.start < start) throw surplus(own.start);
    if (own.end < end) throw missing(own.end, this.leaves.runs[this.runsRead]?.start);
    if (end < own.end) throw surplus(end);
  }

  private compareRunsEnd(): void {
    const own = this.leaves.runs[this.runsRead];
    if (own !== undefined) throw surplus(own.start);
    const { entries } = this.head;
    if (this.entries !== entries) {
      throw new BundleRefusal("not_as_stated", `The first line states ${entries} entries; ${this.entries} are here.`);
    }
  }

  private malformed(): BundleRefusal {
    return new BundleRefusal("malformed", `Line ${this.line} is not what can be there in a bundle.`);
  }
}

export function placeOf({ sequence, id, recorded_at }: BundlePlace): BundlePlace {
  return { sequence, id, recorded_at };
}

function parseHeader(line: Uint8Array): Header | undefined {
  let fields: Record<string, unknown> | undefined;
  try {
    fields = parseObject(text.decode(line));
  } catch {
    return undefined;
  }
  const { sequence, id, recorded_at, timestamp, tenant_id, body_hash } = fields ?? {};
  const isWhole = [id, recorded_at, timestamp, tenant_id, body_hash].every((value) => typeof value === "string");
  return isWhole && typeof sequence === "number" ? (fields as unknown as Header) : undefined;
}

function decoded(line: Uint8Array): string {
  try {
    return text.decode(line);
  } catch {
    throw new BundleRefusal("malformed", "The file is not UTF-8 throughout.");
  }
}

function countOf(digits: string): number | undefined {
  return /^(0|[1-9]\d{0,15})$/.test(digits) && Number.isSafeInteger(Number(digits)) ? Number(digits) : undefined;
}

function bodyMissing({ sequence, id }: Header): BundleRefusal {
  return new BundleRefusal(
    "body_missing",
    `Entry ${sequence} has no body. Its header is authentic; the body was removed from the log or from this file.`,
    { sequence, id },
  );
}

function missing(sequence: number, found: number | undefined): BundleRefusal {
  const instead = found === undefined ? "" : `; entry ${found} is in its place`;
  return new BundleRefusal("order", `Entry ${sequence} is missing${instead}.`, { sequence });
}

function outOfOrder(sequence: number, after: number): BundleRefusal {
  return new BundleRefusal("order", `Entry ${sequence} is there twice, or out of order: it is after entry ${after}.`, {
    sequence,
  });
}

function surplus(sequence: number): BundleRefusal {
  return new BundleRefusal("order", `Entry ${sequence} is not among those that the proof is for.`, { sequence });
}

const DIGITS = Uint8Array.from("0123456789abcdef", (digit) => digit.charCodeAt(0));

function isHexOf(hex: string, hash: Uint8Array): boolean {
  if (hex.length !== 2 * hash.length) return false;
  for (let at = 0; at < hash.length; at++) {
    const byte = hash[at] ?? 0;
    if (hex.charCodeAt(2 * at) !== DIGITS[byte >> 4] || hex.charCodeAt(2 * at + 1) !== DIGITS[byte & 15]) return false;
  }
  return true;
}
