import { setTimeout as pause } from "node:timers/promises";
import type { StoredEvent } from "../event/index.ts";
import { type DeliveredEvent, type DeliveredEvents, type DeliveredPlace, isOfIdentity } from "../identity/index.ts";
import type { LogEntry } from "../log/index.ts";
import type { Finding } from "./contract.ts";

const PAGE = 500;
/** How often a growing log is read again, to find what was delivered to it. */
const TRIES = 10;
const TRY_AGAIN_MS = 500;

/** One organization's events of identity, read in step with its log. */
interface Account {
  /** The next event that the log must have. */
  readonly next: DeliveredEvent[];
  /** Where the next page begins; undefined after the last one. */
  from: number | undefined;
  /** Entries of the log that were read. */
  size: number;
  /** Events that say they are of identity, but are not in its account. */
  readonly strangers: DeliveredPlace[];
  /** The first event that identity does not know, and how many there are. */
  unknown: { readonly first: DeliveredPlace; count: number } | undefined;
}

/**
 * Compares identity's own account with the log. Each event that identity delivered must be where it was delivered, and each event of identity in the
 * log must be in the account. This finds an older copy of either, though each copy is sound in itself.
 */
export class DeliveredEventsCheck {
  /** Events of identity that are in the log as they were delivered. */
  compared = 0;
  private readonly account: DeliveredEvents;
  private readonly report: (finding: Finding) => void;
  private readonly accounts = new Map<string, Account>();
  private notedSince = 0;

  constructor(account: DeliveredEvents, report: (finding: Finding) => void) {
    this.account = account;
    this.report = report;
  }

  async begin(): Promise<void> {
    this.notedSince = await this.account.notedSince();
    for (const organization of await this.account.organizations()) this.accountOf(organization, 0);
  }

  /** The log has this entry, whether it can be read or not. */
  noteEntry(organization: string, sequence: number): void {
    const account = this.accounts.get(organization);
    if (account !== undefined) account.size = sequence + 1;
  }

  /** The next entry that can be read. @returns undefined where there is nothing to wait for. */
  take(event: StoredEvent, entry: Pick<LogEntry, "organization" | "sequence" | "leafHash">): Promise<void> | undefined {
    const { organization, sequence } = entry;
    const account = this.accounts.get(organization);
    const isDue =
      account !== undefined && (account.next[0]?.sequence ?? account.from ?? Number.POSITIVE_INFINITY) <= sequence;
    if (!isDue && !this.isOwn(event)) return undefined;
    return this.compare(event, sequence, Buffer.from(entry.leafHash).toString("hex"));
  }

  /** To be called after the last entry. @param sizeNow entries of an organization as of now: the log can have grown since it was read. */
  async finish(sizeNow: ((organization: string) => number) | undefined): Promise<void> {
    for (const [organization, account] of this.accounts) {
      await this.judge(organization, account);
      if (account.unknown !== undefined) this.report(behind(organization, account.unknown));
      await this.reportLost(organization, account.size, sizeNow);
    }
  }

  /** Events that were delivered since the log was read are in it by now. On a node that follows another one, they arrive a moment later. */
  private async reportLost(
    organization: string,
    read: number,
    sizeNow: ((organization: string) => number) | undefined,
  ): Promise<void> {
    for (let tries = 0; ; tries++) {
      const size = Math.max(read, sizeNow?.(organization) ?? 0);
      const [first] = await this.account.page(organization, size, 1);
      if (first === undefined) return;
      if (sizeNow === undefined || tries === TRIES) {
        this.report(ended(organization, size, first, await this.account.countFrom(organization, size)));
        return;
      }
      await pause(TRY_AGAIN_MS);
    }
  }

  private isOwn({ source, action, recorded_at }: StoredEvent): boolean {
    return source.type === "daybook" && isOfIdentity(action) && Date.parse(recorded_at) >= this.notedSince;
  }

  private async compare(event: StoredEvent, sequence: number, leafHash: string): Promise<void> {
    const { tenant_id: organization, id } = event;
    const account = this.accounts.get(organization) ?? this.accountOf(organization, sequence + 1);
    const delivered = await this.nextFrom(organization, account, sequence);
    if (delivered?.sequence === sequence) {
      account.next.shift();
      if (delivered.id === id && delivered.leaf_hash === leafHash) this.compared++;
      else this.report(replaced(organization, delivered));
    } else if (this.isOwn(event)) {
      account.strangers.push({ id, sequence });
      if (account.strangers.length >= PAGE) await this.judge(organization, account);
    }
  }

  /** The account's next event at a sequence or after it. Earlier ones belong to entries that could not be read, which is a finding of its own. */
  private async nextFrom(
    organization: string,
    account: Account,
    sequence: number,
  ): Promise<DeliveredEvent | undefined> {
    for (;;) {
      while (account.next[0] !== undefined && account.next[0].sequence < sequence) account.next.shift();
      if (account.next.length > 0 || account.from === undefined) return account.next[0];
      const page = await this.account.page(organization, Math.max(account.from, sequence), PAGE);
      account.next.push(...page);
      const last = page.at(-1);
      account.from = last === undefined || page.length < PAGE ? undefined : last.sequence + 1;
    }
  }

  private async judge(organization: string, account: Account): Promise<void> {
    const strangers = account.strangers.splice(0);
    if (strangers.length === 0) return;
    const unknown = await this.account.unknown(organization, strangers);
    const [first] = unknown;
    if (first === undefined) return;
    account.unknown ??= { first, count: 0 };
    account.unknown.count += unknown.length;
  }

  private accountOf(organization: string, size: number): Account {
    const account: Account = { next: [], from: 0, size, strangers: [], unknown: undefined };
    this.accounts.set(organization, account);
    return account;
  }
}

function replaced(organization: string, { id, sequence }: DeliveredEvent): Finding {
  return {
    part: "log",
    kind: "event_replaced",
    message: `Entry ${sequence} of ${organization} is not the one that identity delivered there (${id}).`,
    organization,
    sequence,
    id,
  };
}

function ended(organization: string, size: number, { id, sequence }: DeliveredEvent, count: number): Finding {
  const events = count === 1 ? "an event" : `${count} events`;
  return {
    part: "log",
    kind: "event_missing",
    message: `Identity delivered ${events} to ${organization} that this log does not have: the first was entry ${sequence}, and the log has ${size}. It was rolled back, or entries were removed.`,
    organization,
    sequence,
    id,
  };
}

function behind(organization: string, { first, count }: { first: DeliveredPlace; count: number }): Finding {
  const changes = count === 1 ? "a change" : `${count} changes`;
  return {
    part: "identity",
    kind: "identity_behind",
    message: `The log of ${organization} has ${changes} that identity does not know, from entry ${first.sequence} on: identity was replaced by an older copy, or changed.`,
    organization,
    sequence: first.sequence,
    id: first.id,
  };
}
