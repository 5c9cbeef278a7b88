import { cpSync, mkdtempSync, readdirSync, rmSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { BUILT_IN_ACTIONS } from "@daybook/sdk";
import { encodeEntry } from "../../src/event/codec.ts";
import { entryPacking } from "../../src/event/entry-packing.ts";
import { Followers } from "../../src/followers.ts";
import { compressSegment } from "../../src/log/compressed/compress.ts";
import { nameFailures, realDisk } from "../../src/log/disk.ts";
import { openLog } from "../../src/log/log.ts";
import { createLogger } from "../../src/logger.ts";
import { openSearch } from "../../src/search/search.ts";
import { SigningKeys } from "../../src/tree/signing-keys.ts";
import { Tree } from "../../src/tree/tree.ts";
import type { Finding, Report } from "../../src/verify/contract.ts";
import { verifyDirectory } from "../../src/verify/data-directory.ts";
import type { Trusted } from "../../src/verify/trust.ts";
import { Random } from "../log/random.ts";

export interface Stored {
  readonly organization: string;
  readonly sequence: number;
  readonly id: string;
  readonly position: number;
  /** RFC 3339. */
  readonly timestamp: string;
}

/** A data directory as a server leaves it: log, trees, checkpoints, keys and search. */
export class DataDirectory {
  readonly path = mkdtempSync(join(tmpdir(), "daybook-verify-"));
  logId = "";
  readonly entries: Stored[] = [];

  at(...names: string[]): string {
    return join(this.path, ...names);
  }

  /** Records events of these organizations in turn, in rounds, so that each gets several checkpoints, and stops. */
  async fill(counts: {
    entries: number;
    organizations: string[];
    rounds?: number;
    segmentBytes?: number;
    search?: boolean;
    /** Compresses every segment but the last one; without it, all stay raw. */
    compressed?: boolean;
  }) {
    const { entries, organizations, rounds = 1, segmentBytes, search: withSearch = true } = counts;
    const log = await openLog({
      directory: this.at("log"),
      packing: entryPacking,
      compression: "off",
      ...(segmentBytes !== undefined && { segmentBytes }),
    });
    this.logId = log.id;
    const keys = SigningKeys.open(this.at("keys"), Date.now());
    const tree = Tree.open({
      directory: this.at("tree"),
      checkpointDirectory: this.at("checkpoints"),
      keys,
      log,
      onAlarm: ({ reason }) => {
        throw new Error(reason);
      },
    });
    const search = withSearch
      ? await openSearch({
          location: { directory: this.at("search") },
          logId: log.id,
          indexer: { lingerMs: 20, spacingMs: 20, unreadMs: 20 },
        })
      : undefined;
    const followers = new Followers(log, createLogger(process.stderr));
    followers.start(tree);
    if (search) followers.start(search);
    const random = new Random(20261122 + this.entries.length);
    for (let round = 0; round < rounds; round++) {
      const batch = Array.from({ length: Math.ceil(entries / rounds) }, () => this.append(random, organizations));
      const appended = await Promise.all(log.append(batch.map(({ append }) => append)));
      for (const [index, { sequence, position }] of appended.entries()) {
        const { organization, id, timestamp } = batch[index] ?? { organization: "", id: "", timestamp: "" };
        this.entries.push({ organization, sequence, id, position, timestamp });
      }
      while (tree.position < log.end) await pause(20);
    }
    while (search !== undefined && search.position < log.end) await pause(20);
    await followers.stop();
    await search?.close();
    tree.close();
    await log.close();
    if (counts.compressed) await this.compress();
  }

  private async compress(): Promise<void> {
    const directory = this.at("log");
    const raw = readdirSync(directory).filter((name) => name.endsWith(".seg"));
    for (const name of raw.sort().slice(0, -1)) {
      const firstPosition = Number.parseInt(name, 10);
      const { signal } = new AbortController();
      const disk = nameFailures(realDisk);
      const end = await compressSegment({ disk, directory, firstPosition, packing: entryPacking, signal });
      if (end !== "compressed") throw new Error(`compressing ended with ${end}`);
      unlinkSync(join(directory, name));
    }
  }

  private append(random: Random, organizations: readonly string[]) {
    const organization = random.pick(organizations);
    const id = `e-${this.entries.length}-${random.integer(2 ** 31).toString(36)}-${random.integer(2 ** 31).toString(36)}`;
    const event = {
      action: random.pick(BUILT_IN_ACTIONS),
      actor: { type: "user" as const, id: `u-${random.integer(50)}`, name: "Grace Höpper" },
      resource: { type: "document", ...(random.chance(0.8) && { id: `d-${random.integer(500)}` }) },
      ...(random.chance(0.9) && { description: `Changed “paragraph” ${random.integer(99)}\n\tand more \u2028` }),
      context: { ip: random.chance(0.5) ? `203.0.113.${random.integer(255)}` : "2001:db8::1" },
      ...(random.chance(0.3) && { metadata: '{"2":"b","1":[1,null]}' }),
      timestamp: new Date(Date.now() - random.integer(80) * 86_400_000).toISOString(),
    };
    const source = { type: "api_key" as const, id: "key_1" };
    const encode = (sequence: number, recordedAt: number) =>
      encodeEntry(event, { id, organization, source, sequence, recordedAt });
    return { organization, id, timestamp: event.timestamp, append: { organization, encode } };
  }

  copy(): DataDirectory {
    const copy = new DataDirectory();
    cpSync(this.path, copy.path, { recursive: true });
    copy.logId = this.logId;
    copy.entries.push(...this.entries);
    return copy;
  }

  async verify(trusted?: Trusted, signingKeys?: string): Promise<{ report: Report; findings: Finding[] }> {
    const findings: Finding[] = [];
    const report = await verifyDirectory(
      {
        dataDir: this.path,
        clickhouseUrl: undefined,
        clickhouseCluster: undefined,
        databaseUrl: undefined,
        signingKeys,
      },
      {
        signal: new AbortController().signal,
        onFinding: (finding) => findings.push(finding),
        ...(trusted && { trusted }),
      },
    );
    return { report, findings };
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
