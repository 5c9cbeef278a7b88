import type { JsonValue } from "@daybook/sdk";
import { type Access, type Act, type Deliver, type Origin, type OwnEvent, ownEvent } from "../identity/index.ts";
import type { Logger } from "../logger.ts";
import type { Query } from "../query/index.ts";

/** Looks of one reader at one organization's log within this time are one event. */
const VIEW_FOLD_MS = 10 * 60_000;
/** Readers whose last look is remembered; beyond it those of the longest ago are forgotten, and their next look is an event again. */
const VIEWS_MAX = 10_000;

/** What was asked for, as the parameters were sent. */
export type Asked = { readonly [name: string]: JsonValue };

/** What is exported. */
export interface Exported {
  readonly format: string;
  readonly query: Query;
  /** A position of the organization: nothing that was recorded later is exported. */
  readonly asOf: string;
  /** Matches, exactly. */
  readonly count: number;
  readonly filters: Asked;
  /** Whether it carries a proof, or will: a CSV file's hash is recorded at its end. */
  readonly proof: boolean;
}

/** Under this id it is recorded what an export, whose own event has the id `id`, consisted of. */
export function completionId(id: string): string {
  return `${id}:completed`;
}

/**
 * Makes reading the log an event of the organization that is read. These have no change of their own to be committed with, so they
 * go to the log directly, before the reader gets anything.
 */
export class ReadingEvents {
  private readonly deliver: Deliver;
  private readonly logger: Logger;
  /** Organization and reader → the look that was recorded last. In memory: a restart or another node records one more. */
  private readonly views = new Map<string, { readonly at: number; readonly recorded: Promise<void> }>();
  private readonly inFlight = new Set<Promise<void>>();

  constructor(deliver: Deliver, logger: Logger) {
    this.deliver = deliver;
    this.logger = logger;
  }

  /** Resolves once the look is durable. A log that takes no events keeps nobody from reading: the next look tries again. */
  async viewed(access: Access, origin: Origin, asked: Asked): Promise<void> {
    if (!access.recorded) return;
    const key = `${access.organization} ${access.reader.type} ${access.reader.id} ${access.through?.id ?? ""}`;
    const now = Date.now();
    const last = this.views.get(key);
    if (last !== undefined && now - last.at < VIEW_FOLD_MS) return last.recorded;
    const description = "Viewed the audit logs";
    const recorded = this.record(access, origin, now, {
      action: "audit_log.view",
      description,
      metadata: asked,
    }).then(
      () => undefined,
      (error: unknown) => {
        this.views.delete(key);
        this.logger.warn("a look at the audit logs could not be recorded", { request_id: origin.requestId, error });
      },
    );
    this.views.delete(key);
    this.views.set(key, { at: now, recorded });
    this.forgetOldest();
    return recorded;
  }

  /** Resolves once it is durable that this is exported. @returns the event's id. @throws DaybookError of status 503. */
  async exporting(access: Access, origin: Origin, exported: Exported): Promise<string> {
    const metadata = { ...describe(exported), state: "started" };
    const description = "Exported audit logs";
    return (await this.record(access, origin, Date.now(), { action: "audit_log.export", description, metadata })).id;
  }

  /** Resolves once the hash of what was sent, whole, is durable. @param id of the event that announced it. @param sha256 hex. */
  async completed(
    access: Access,
    origin: Origin,
    {
      exported,
      id,
      rows,
      bytes,
      sha256,
    }: { exported: Exported; id: string; rows: number; bytes: number; sha256: string },
  ): Promise<void> {
    const description = "An export of audit logs was completed";
    const metadata = { ...describe(exported), state: "completed", export: id, rows, bytes, sha256 };
    const act = { action: "audit_log.export" as const, description, metadata, id: completionId(id) };
    await this.record(access, origin, Date.now(), act);
  }

  /** Records that an export ended before its end. @param id of the event that announced it. @param rows how many were sent. */
  brokenOff(
    access: Access,
    origin: Origin,
    { exported, id, rows, reason }: { exported: Exported; id: string; rows: number; reason: "aborted" | "failed" },
  ): void {
    const recorded = this.record(access, origin, Date.now(), {
      action: "audit_log.export",
      outcome: "failure",
      description: "An export of audit logs broke off",
      metadata: { ...describe(exported), state: "broken_off", export: id, rows, reason },
    }).then(
      () => undefined,
      (error: unknown) =>
        this.logger.error("that an export broke off could not be recorded", { request_id: origin.requestId, error }),
    );
    this.inFlight.add(recorded);
    recorded.finally(() => this.inFlight.delete(recorded));
  }

  /** Resolves once a person's sign-off is durable. @returns its event. @throws DaybookError of status 503. */
  async reviewed(access: Access, origin: Origin, review: Asked): Promise<OwnEvent> {
    const description = "Signed off a review of the audit logs";
    const act = { action: "audit_log.review", description, metadata: review } as const;
    return this.record(access, origin, Date.now(), act);
  }

  /** Resolves once everything that nobody waits for is recorded. */
  async settled(): Promise<void> {
    await Promise.all(this.inFlight);
  }

  private async record(
    { organization, reader, sessionId, through }: Access,
    origin: Origin,
    nowMs: number,
    { id, ...act }: Pick<Act, "action" | "outcome" | "description"> & { metadata: Asked; id?: string },
  ): Promise<OwnEvent> {
    const made = ownEvent(
      {
        ...act,
        organization,
        actor: reader,
        resource: { type: "audit_log", id: organization },
        ...(sessionId === undefined ? {} : { sessionId }),
        metadata: { ...act.metadata, ...(through === undefined ? {} : { viewer_token_of: through.id }) },
      },
      origin,
      nowMs,
    );
    const event = id === undefined ? made : { ...made, id };
    await this.deliver([event]);
    return event;
  }

  private forgetOldest(): void {
    if (this.views.size <= VIEWS_MAX) return;
    const oldest = this.views.keys().next();
    if (oldest.done !== true) this.views.delete(oldest.value);
  }
}

function describe({ format, query, asOf, count, filters, proof }: Exported): Asked {
  const { start, end } = query;
  return {
    format,
    count,
    as_of: asOf,
    start: new Date(start).toISOString(),
    ...(end === undefined ? {} : { end: new Date(end).toISOString() }),
    filters,
    ...(proof ? { proof } : {}),
  };
}
