import { parseAddress } from "@daybook/sdk/filters";
import type { Logger } from "../logger.ts";
import { type DatabaseFile, readDatabase, versionOf } from "./database-file.ts";
import { type AddressFacts, factsOf } from "./facts.ts";

const DAY_MS = 86_400_000;
/** Networks change hands: what a file of this age says is shown with its date. */
const STALE_MS = 90 * DAY_MS;
/** A file that was replaced is read again within this time, at the next look-up. */
const CHECK_MS = 60_000;

/** A file that answers, for whoever shows what it says. */
interface DatabaseState {
  readonly type: string;
  /** Milliseconds since the Unix epoch. */
  readonly builtAt: number;
  readonly stale: boolean;
}

interface Source {
  readonly path: string;
  /** Of the file that was read or tried last. */
  version: string | undefined;
  /** The last one that could be read. */
  file: DatabaseFile | undefined;
}

/**
 * The files that the operator named. One that is missing, broken or old is one line in the server's log, never a reason not to run: what it
 * would say is left out. A file that was replaced is read again; one that became unreadable goes on answering as it was.
 */
export class AddressDatabases {
  private readonly sources: readonly Source[];
  private readonly logger: Logger;
  private readonly now: () => number;
  private checkedAt = 0;

  private constructor(paths: readonly string[], logger: Logger, now: () => number) {
    this.sources = paths.map((path) => ({ path, version: undefined, file: undefined }));
    this.logger = logger;
    this.now = now;
  }

  static async open(paths: readonly string[], logger: Logger, now = Date.now): Promise<AddressDatabases> {
    const databases = new AddressDatabases(paths, logger, now);
    await databases.check();
    return databases;
  }

  /** Those that answer. */
  get states(): readonly DatabaseState[] {
    return this.sources.flatMap(({ file }) =>
      file === undefined
        ? []
        : [{ type: file.type, builtAt: file.builtAt, stale: this.now() - file.builtAt > STALE_MS }],
    );
  }

  /** What is known of an address; of two files that say the same thing the first is believed. @param ip however it is spelled. */
  async lookUp(ip: string): Promise<AddressFacts> {
    if (this.isDue) await this.check();
    return this.facts(ip);
  }

  /** The country (ISO 3166-1, two letters), for whoever cannot wait: a file that was replaced is read meanwhile. @param ip however it is spelled. */
  countryOf(ip: string): string | undefined {
    // It reports by itself what it cannot read.
    if (this.isDue) void this.check();
    return this.facts(ip).country?.code;
  }

  private get isDue(): boolean {
    return this.now() - this.checkedAt >= CHECK_MS;
  }

  private facts(ip: string): AddressFacts {
    const address = parseAddress(ip);
    let facts: AddressFacts = {};
    if (address === undefined) return facts;
    for (const source of this.sources) facts = { ...this.factsIn(source, address), ...facts };
    return facts;
  }

  private factsIn(source: Source, address: bigint): AddressFacts {
    try {
      return factsOf(source.file?.get(address));
    } catch (error) {
      this.report(source, error);
      source.file = undefined;
      return {};
    }
  }

  private async check(): Promise<void> {
    this.checkedAt = this.now();
    await Promise.all(this.sources.map((source) => this.read(source)));
  }

  private async read(source: Source): Promise<void> {
    const { path } = source;
    try {
      const version = await versionOf(path);
      if (version === source.version) return;
      source.version = version;
      const file = await readDatabase(path);
      source.file = file;
      const fields = { file: path, type: file.type, built_at: new Date(file.builtAt).toISOString() };
      if (this.now() - file.builtAt > STALE_MS) {
        this.logger.warn("address database: older than 90 days; what it says can be out of date", fields);
      } else this.logger.info("address database: read", fields);
    } catch (error) {
      this.report(source, error);
    }
  }

  /** Once for each thing that is wrong. */
  private readonly reported = new Map<string, string>();

  private report({ path }: Source, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (this.reported.get(path) === reason) return;
    this.reported.set(path, reason);
    this.logger.warn("address database: cannot be used; the server runs without it", { file: path, reason });
  }
}
