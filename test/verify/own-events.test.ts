import { cpSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toConfig } from "../../src/config.ts";
import { openCore } from "../../src/core.ts";
import { createCommandLogger } from "../../src/logger.ts";
import type { Finding, Report } from "../../src/verify/contract.ts";
import { verifyDirectory } from "../../src/verify/data-directory.ts";
import { temporaryDirectory } from "../support/server.ts";

/** Log and identity, each sound in itself, that do not belong together. */

const directory = temporaryDirectory();
const earlier = join(directory, "earlier");
const later = join(directory, "later");
const BY = { type: "system", id: "test" } as const;
const ORIGIN = { ip: undefined, userAgent: undefined, requestId: "r" };

async function change(dataDir: string, organizations: readonly string[]): Promise<void> {
  const core = await openCore(toConfig({ dataDir }), createCommandLogger(process.stderr));
  for (const id of organizations) await core.identity.putOrganization(id, id, BY, ORIGIN);
  await core.identity.createKey({ organization: "acme", name: "k", scopes: ["events:write"] }, BY, ORIGIN);
  await core.close();
}

beforeAll(async () => {
  await change(earlier, ["acme", "globex"]);
  cpSync(earlier, later, { recursive: true });
  await change(later, ["initech"]);
});
afterAll(() => rmSync(directory, { recursive: true }));

/** A directory of parts of the two. */
async function verified(
  parts: { log: string; identity: string },
  alter: (identity: Database.Database) => void = () => undefined,
): Promise<{ report: Report; findings: Finding[] }> {
  const dataDir = temporaryDirectory();
  const findings: Finding[] = [];
  try {
    for (const name of ["log", "keys"]) cpSync(join(parts.log, name), join(dataDir, name), { recursive: true });
    for (const name of readdirSync(parts.identity).filter((name) => name.startsWith("identity.db"))) {
      cpSync(join(parts.identity, name), join(dataDir, name));
    }
    const identity = new Database(join(dataDir, "identity.db"));
    alter(identity);
    identity.close();
    const report = await verifyDirectory(toConfig({ dataDir }), {
      signal: new AbortController().signal,
      onFinding: (finding) => findings.push(finding),
    });
    return { report, findings };
  } finally {
    rmSync(dataDir, { recursive: true });
  }
}

describe("verification of identity's events", () => {
  it("finds each one where it was delivered", async () => {
    const { report } = await verified({ log: later, identity: later });
    expect(report).toMatchObject({ ok: true, own_events: 5 });
  });

  it("finds an identity that is older than its log", async () => {
    const { report, findings } = await verified({ log: later, identity: earlier });
    expect(report.own_events).toBe(3);
    expect(findings).toMatchObject([
      { part: "identity", kind: "identity_behind", organization: "acme", sequence: 2 },
      { part: "identity", kind: "identity_behind", organization: "initech", sequence: 0 },
    ]);
    expect(findings[0]?.message).toContain("a change that identity does not know, from entry 2 on");
  });

  it("finds a log that is older than its identity", async () => {
    const { findings } = await verified({ log: earlier, identity: later });
    expect(findings).toMatchObject([
      { part: "log", kind: "event_missing", organization: "acme", sequence: 2 },
      { part: "log", kind: "event_missing", organization: "initech", sequence: 0 },
    ]);
    expect(findings[0]?.message).toContain("the first was entry 2, and the log has 2");
  });

  it.each(["id", "leaf_hash"])("finds an entry with another %s than was delivered", async (column) => {
    const { findings } = await verified({ log: later, identity: later }, (identity) =>
      identity.exec(`UPDATE delivered SET ${column} = 'other' WHERE organization = 'acme' AND sequence = 1`),
    );
    expect(findings).toMatchObject([{ part: "log", kind: "event_replaced", organization: "acme", sequence: 1 }]);
  });

  it("takes an event that still waits in the outbox as known", async () => {
    const { report } = await verified({ log: later, identity: later }, (identity) =>
      identity.exec(`
        INSERT INTO outbox (id, organization, event, created_at)
          SELECT id, organization, '{}', 0 FROM delivered WHERE organization = 'initech';
        DELETE FROM delivered WHERE organization = 'initech';
      `),
    );
    expect(report).toMatchObject({ ok: true, own_events: 4 });
  });

  it("does not ask for what was recorded before deliveries were noted", async () => {
    const { report } = await verified({ log: later, identity: later }, (identity) =>
      identity.exec(`
        DELETE FROM delivered;
        INSERT INTO setting (name, value) VALUES ('delivered_since', '${Date.now() + 60_000}');
      `),
    );
    expect(report).toMatchObject({ ok: true, own_events: 0 });
  });
});
