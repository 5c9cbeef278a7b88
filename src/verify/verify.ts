import { hash } from "node:crypto";
import { basename } from "node:path";
import { decodeEntry, entryPacking } from "../event/index.ts";
import type { DeliveredEvents } from "../identity/index.ts";
import { type Disk, type InspectedRecord, inspectLog, type LogEntry } from "../log/index.ts";
import { expectedRow, type RowCheck } from "../search/index.ts";
import { type Finding, type Grade, PARTS, type Part, type Progress, type Report } from "./contract.ts";
import { DeliveredEventsCheck } from "./delivered-events.ts";
import { IdsCheck, type IdsSource } from "./ids.ts";
import { Pace } from "./pace.ts";
import { RANGE_ENTRIES, SearchCheck } from "./searched-rows.ts";
import { TreeCheck, type TreeSources } from "./trees.ts";

/** What is compared. Nothing of it is changed. */
export interface Sources extends TreeSources {
  readonly disk: Disk;
  readonly logDirectory: string;
  /** Reads the log no further than this: where a batch begins. Undefined reads to its end. */
  readonly until: number | undefined;
  /** Where the log ends by now, for a log that grows. */
  readonly endNow: (() => number) | undefined;
  /** About how many entries there are, for the progress. */
  readonly entries: number | null;
  /** What was found while the sources were opened. */
  readonly early: readonly Finding[];
  /** Undefined if there is no search to check. `end`: search has read the entries before it. */
  readonly search: { readonly rows: RowCheck; readonly end: number } | undefined;
  /** The index of ids, where a server has it open. */
  readonly ids: IdsSource | undefined;
  /** Identity's own account of the log; undefined where there is none. */
  readonly delivered: DeliveredEvents | undefined;
}

export interface VerifyOptions {
  /** Share of the time that it can take; 1 is all. */
  readonly share: number;
  readonly signal: AbortSignal;
  readonly onFinding: (finding: Finding) => void;
  readonly onProgress?: (progress: Progress) => void;
}

/** A header ends with the body's hash. Only this one counts, whatever is before it. */
const BODY_HASH = /"body_hash":"([0-9a-f]{64})"\}$/;
const BODY_HASH_BYTES = '"body_hash":""}'.length + 64;

/**
 * Verifies everything that is stored: every byte of the log, each entry's header and body by their hashes, every tree and checkpoint by the roots
 * that the log makes of them, and each row of search by its entry. It reads the log once, and keeps 36 bytes in memory for 256 entries.
 *
 * That checkpoints are consistent with each other needs no further proof: each root is computed from the same leaves.
 *
 * @throws the signal's reason once it aborts; LogIoError; what search throws when it cannot be asked.
 */
export async function verify(sources: Sources, options: VerifyOptions): Promise<Report> {
  const startedAt = Date.now();
  const begun = performance.now();
  const run = new Run(sources, options);
  await run.readLog();
  await run.finish();
  const { entries, forest, search, ownEvents, counts, notes } = run;
  const findings = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return {
    ok: findings === 0,
    grade: run.grade,
    log_id: sources.logId,
    started_at: new Date(startedAt).toISOString(),
    duration_ms: Math.round(performance.now() - begun),
    entries,
    organizations: forest.organizations,
    checkpoints: forest.checkpoints,
    rows: search?.compared ?? 0,
    own_events: ownEvents?.compared ?? 0,
    findings,
    findings_by_part: counts,
    notes,
  };
}

class Run {
  entries = 0;
  grade: Grade = "signed";
  readonly counts: Record<Part, number> = Object.fromEntries(PARTS.map((part) => [part, 0])) as Record<Part, number>;
  readonly notes: string[] = [];
  readonly forest: TreeCheck;
  readonly search: SearchCheck | undefined;
  readonly ownEvents: DeliveredEventsCheck | undefined;
  readonly ids: IdsCheck | undefined;
  private readonly sources: Sources;
  private readonly options: VerifyOptions;
  private readonly pace: Pace;
  /** Where the log that was read ends. */
  private end = 0;

  constructor(sources: Sources, options: VerifyOptions) {
    this.sources = sources;
    this.options = options;
    this.pace = new Pace(options.share, options.signal);
    const report = (finding: Finding) => this.report(finding);
    const rangeEntries = options.share < 1 ? RANGE_ENTRIES.beside : RANGE_ENTRIES.alone;
    this.forest = new TreeCheck(sources, report);
    this.search =
      sources.search && new SearchCheck(sources.search.rows, { end: sources.search.end, rangeEntries }, report);
    if (!this.search)
      this.notes.push("There is no search to check: it is created again from the log at the next start.");
    this.ids = sources.ids && new IdsCheck(sources.ids, report);
    this.ownEvents = sources.delivered && new DeliveredEventsCheck(sources.delivered, report);
    if (!this.ownEvents)
      this.notes.push("There is no identity to check: there is no file, or an earlier Daybook wrote it.");
    for (const finding of sources.early) report(finding);
  }

  async readLog(): Promise<void> {
    const { disk, logDirectory, until } = this.sources;
    await this.ownEvents?.begin();
    for await (const found of inspectLog(disk, logDirectory, {
      packing: entryPacking,
      ...(until !== undefined && { until }),
    })) {
      if (found.kind === "damage") {
        this.report({ part: "log", kind: "damaged", message: damageMessage(found.error) });
      } else if (found.kind === "torn") {
        this.notes.push(
          `The last write to ${found.file} was cut off at byte ${found.offset} and never acknowledged; the next start sets it aside.`,
        );
      } else if (found.kind === "twin") {
        const reason = found.damage === undefined ? "" : `, and the other form is damaged: ${found.damage}`;
        this.notes.push(
          `A segment is there in two forms; ${found.kept} counts${reason}. The next start removes the other one.`,
        );
      } else {
        await this.readBatch(found.firstPosition, found.records);
      }
    }
  }

  async finish(): Promise<void> {
    for (const _ of this.forest.finish()) await this.pace.turn();
    if (this.sources.until === undefined) {
      this.forest.checkStrays();
      this.forest.noteUnsigned();
    }
    await this.ownEvents?.finish(this.sources.sizeNow);
    if (this.search) this.notes.push(...(await this.search.finish(() => this.sources.endNow?.() ?? this.end)));
    this.grade = await this.forest.trust.finish();
    this.notes.push(...(this.ids?.notes ?? []), ...this.forest.notes, ...this.forest.trust.notes);
    this.progress();
  }

  private async readBatch(firstPosition: number, records: readonly InspectedRecord[]): Promise<void> {
    let position = firstPosition;
    for (const record of records) {
      await this.readEntry({ ...fieldsOf(record), position });
      position++;
      await this.pace.turn();
    }
    this.end = position;
    this.progress();
  }

  private async readEntry(entry: LogEntry): Promise<void> {
    const { organization, sequence, position, header, body, leafHash } = entry;
    this.entries++;
    this.forest.take(organization, sequence, Buffer.from(leafHash), position);
    this.ownEvents?.noteEntry(organization, sequence);
    const fault = (reason: string, id?: string, kind: Finding["kind"] = "entry_altered") => {
      const message = `Entry ${sequence} of ${organization}, at position ${position} of the log, ${reason}.`;
      const place = { organization, sequence, ...(id !== undefined && { id }) };
      this.report({ part: "log", kind, message, ...place });
    };
    let event: ReturnType<typeof decodeEntry>;
    try {
      event = decodeEntry(header, body);
    } catch {
      fault("cannot be read as an entry");
      return;
    }
    if (body === undefined)
      fault("has no body: it was removed, and nothing that was recorded says so", event.id, "body_missing");
    else if (hash("sha256", body, "hex") !== bodyHashOf(header)) {
      fault("was altered: its body does not have the hash that its header commits to", event.id);
    }
    if (event.tenant_id !== organization || event.sequence !== sequence) {
      fault(`says that it is entry ${event.sequence} of ${event.tenant_id}`, event.id);
    }
    const checks = [
      this.ownEvents?.take(event, entry),
      this.ids?.take({ organization, sequence, position, id: event.id }),
    ];
    for (const check of checks) if (check !== undefined) await check;
    const bytes = header.length + (body?.length ?? 0);
    await this.search?.take(expectedRow(event.id, entry), bytes, `${organization} ${sequence} ${event.id}`);
  }

  private report(finding: Finding): void {
    this.counts[finding.part]++;
    this.options.onFinding(finding);
  }

  private progress(): void {
    const findings = Object.values(this.counts).reduce((sum, count) => sum + count, 0);
    this.options.onProgress?.({ entries: this.entries, of: this.sources.entries, findings });
  }
}

function fieldsOf({ organization, sequence, leafHash, header, body }: InspectedRecord) {
  return { organization, sequence, leafHash, header, body, leaf: "computed" as const };
}

function bodyHashOf(header: Uint8Array): string | undefined {
  const end = Buffer.from(
    header.buffer,
    header.byteOffset + Math.max(0, header.length - BODY_HASH_BYTES),
    Math.min(BODY_HASH_BYTES, header.length),
  );
  return BODY_HASH.exec(end.toString("latin1"))?.[1];
}

function damageMessage({ file, offset, reason }: { file: string; offset: number; reason: string }): string {
  return `The log is damaged: ${basename(file)} at byte ${offset}: ${reason}.`;
}
