import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Kysely } from "kysely";
import { readEvent } from "../../src/event/validate.ts";
import type { Identity } from "../../src/identity/contract.ts";
import { openDatabase } from "../../src/identity/database.ts";
import { openIdentity } from "../../src/identity/identity.ts";
import type { LogPlace, OwnEvent } from "../../src/identity/own-events.ts";
import type { Origin } from "../../src/identity/principals.ts";
import type { Schema } from "../../src/identity/schema.ts";
import type { SignedIn } from "../../src/identity/sign-in-contract.ts";
import type { PostgresServer } from "./postgres.ts";

export type OpenDesk = (location?: Location) => Promise<Desk>;

export const ORIGIN: Origin = { ip: "198.51.100.7", userAgent: "Mozilla/5.0 (test)", requestId: "req-1" };
export const OWNER = { name: "Ada Owner", email: "ada@example.com", password: "correct horse battery" };
export const ACME = { id: "acme", name: "Acme Inc" };

export type Location = { path: string } | { databaseUrl: string };

/** One database engine that the suites run on. */
export interface Engine {
  readonly name: string;
  /** A new, empty place for an identity database. */
  location(): Promise<Location>;
  /** Gives a place back that nobody has open any more. */
  release(location: Location): void;
  stop(): Promise<void>;
}

export function sqlite(): Engine {
  const directory = mkdtempSync(join(tmpdir(), "daybook-identity-"));
  let files = 0;
  return {
    name: "SQLite",
    location: async () => ({ path: join(directory, `identity-${++files}.db`) }),
    release: () => undefined,
    stop: async () => rmSync(directory, { recursive: true, force: true }),
  };
}

export function postgres(server: PostgresServer): Engine {
  return {
    name: "PostgreSQL",
    location: async () => ({ databaseUrl: await server.createDatabase() }),
    release: (location) => {
      if ("databaseUrl" in location) server.release(location.databaseUrl);
    },
    stop: () => server.stop(),
  };
}

/** Identity on a database, with a log that can be made to refuse and a clock that can be moved. */
export class Desk {
  readonly location: Location;
  readonly log: OwnEvent[] = [];
  readonly reported: unknown[] = [];
  /** What the log throws, while it refuses. */
  refusal: Error | undefined;
  /** When true the log takes events and then claims that it did not. */
  losesAnswers = false;
  /** What happens before the log takes events: between what a change has checked and its transaction, when events wait. */
  beforeTaking: (() => Promise<void>) | undefined;
  nowMs = Date.UTC(2026, 10, 22, 12);
  private opened: Identity | undefined;

  private constructor(location: Location) {
    this.location = location;
  }

  get identity(): Identity {
    if (this.opened === undefined) throw new Error("the desk is not open");
    return this.opened;
  }

  static async open(location: Location): Promise<Desk> {
    const desk = new Desk(location);
    await desk.reopen();
    return desk;
  }

  /** Opens the same database again, as after a crash or a restart. */
  async reopen(): Promise<void> {
    this.opened = await openIdentity({
      ...this.location,
      publicUrl: "http://localhost:4600",
      deliver: async (events) => {
        await this.beforeTaking?.();
        this.take(events);
        return events.map((event) => this.placeOf(event));
      },
      now: () => this.nowMs,
      // A thousandth of the real cost: these suites set passwords hundreds of times. passwords.test.ts hashes at full cost.
      passwordCost: { ln: 7, r: 8, p: 1 },
      report: (error) => this.reported.push(error),
    });
  }

  async reopenAfterClose(): Promise<void> {
    await this.identity.close();
    await this.reopen();
  }

  /** @returns the owner's cookie as a browser would send it. */
  async setUp(): Promise<Headers> {
    const signedIn = await this.setUpWith(await this.identity.issueSetupToken());
    return cookieHeaders(signedIn.setCookies);
  }

  setUpWith(token: string): Promise<SignedIn> {
    return this.identity.setUp({ token, organization: ACME, owner: OWNER }, ORIGIN);
  }

  /** Actions and outcomes recorded for an organization, in order. */
  acts(organization: string): string[] {
    return this.log
      .filter((event) => event.tenant_id === organization)
      .map((event) => (event.outcome === "success" ? event.action : `${event.action} ${event.outcome}`));
  }

  /** Where the log has an event, and a hash that is its own. */
  placeOf({ id, tenant_id }: OwnEvent): LogPlace {
    const own = this.log.filter((event) => event.tenant_id === tenant_id);
    return { sequence: own.findIndex((event) => event.id === id), leaf_hash: `hash of ${id}` };
  }

  private take(events: readonly OwnEvent[]): void {
    if (this.refusal !== undefined && !this.losesAnswers) throw this.refusal;
    // As the server does before it records them: an event the log would refuse would hold up everything behind it.
    for (const event of events) {
      const text = JSON.stringify(event);
      readEvent(text, JSON.parse(text), Date.parse(event.timestamp), { tenantRequired: true });
      requireNamedObject(event);
    }
    const known = new Set(this.log.map((event) => event.id));
    this.log.push(...events.filter((event) => !known.has(event.id)));
    if (this.refusal !== undefined) throw this.refusal;
  }
}

/** Who reads a row sees what was acted on, not only its kind. What people do to themselves names nobody. */
function requireNamedObject({ description = "", actor, resource }: OwnEvent): void {
  if (resource.name === undefined || resource.id === actor.id || description.includes(resource.name)) return;
  throw new Error(`“${description}” does not name ${resource.type} ${resource.name}`);
}

/** Reads or changes the database behind identity's back. */
export async function openRaw<T>(location: Location, work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
  const database = await openDatabase(location, (error) => {
    throw error;
  });
  return work(database.db).finally(() => database.close());
}

export function rawRows(location: Location, table: keyof Schema): Promise<unknown[]> {
  return openRaw(location, (db) => db.selectFrom(table).selectAll().execute());
}

/** What a browser sends back. */
export function cookieHeaders(setCookies: readonly string[]): Headers {
  return new Headers({ cookie: setCookies.map((cookie) => cookie.split(";", 1)[0]).join("; ") });
}

export function bearer(key: string): Headers {
  return new Headers({ authorization: `Bearer ${key}` });
}
