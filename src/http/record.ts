import { type Receipt, type RecordResult, WARNING_CODES, type Warning } from "@daybook/sdk";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "@hono/zod-openapi";
import { DaybookError } from "../errors.ts";
import { arrayElements, isObject } from "../event/json.ts";
import { sentEvent } from "../event/schema.ts";
import { readWithWarnings, type ValidEvent } from "../event/validate.ts";
import type { Identity, KeyPrincipal } from "../identity/contract.ts";
import type { Log } from "../log/contract.ts";
import type { Logger } from "../logger.ts";
import type { Metrics } from "../metrics.ts";
import type { Recorder, Recording } from "../record/recorder.ts";
import { requireScope } from "./access.ts";
import { decodeUtf8, parseJson, readBody } from "./body.ts";
import type { Env } from "./env.ts";
import { asDaybookError, problems, rejection } from "./problem.ts";

/** Events in one request. */
export const EVENTS_MAX = 1000;

/** `POST /v1/events`: one event, an array, or NDJSON; answered once everything that is acknowledged is durable. */
export function recordRoute(
  app: OpenAPIHono<Env>,
  identity: Identity,
  recorder: Recorder,
  log: Log,
  metrics: Metrics,
  logger: Logger,
): void {
  app.openAPIRegistry.registerPath(description);
  app.post("/v1/events", async (c) => {
    const writer = async () => {
      const principal = await identity.authenticate(c.req.raw.headers);
      requireScope(principal, "events:write");
      return principal;
    };
    await writer();
    if (log.readOnly !== undefined) throw new DaybookError("log_unavailable", log.readOnly, { retryAfterSeconds: 5 });
    const request = readRequest(c.req.header("content-type"), await readBody(c.env.incoming));
    // Once more: a body may take a minute to arrive, and the key may have been revoked meanwhile.
    const key = await writer();
    const outcomes = await recordAll(request.events, key, identity, recorder);
    for (const outcome of outcomes) metrics.events.inc({ result: labelOf(outcome) });
    const answer = (status: 201 | 207) =>
      c.body(JSON.stringify({ results: outcomes.map(resultOf) }), status, {
        "content-type": "application/json",
        "cache-control": "no-store",
      });

    if (outcomes.every(isReceipt)) return answer(201);
    const [first] = outcomes;
    if (request.single && first instanceof Failure) throw first.error;
    const errors = outcomes.flatMap((outcome) => (outcome instanceof Failure ? [asDaybookError(outcome.error)] : []));
    if (errors.length === outcomes.length && errors[0] && errors.every(({ code }) => code === "log_unavailable"))
      throw errors[0];
    const [unexpected, ...others] = errors.filter(({ code }) => code === "internal");
    if (unexpected) {
      const events = others.length + 1;
      logger.error("events of a request failed", { request_id: c.get("requestId"), events, error: unexpected.cause });
    }
    return answer(207);
  });
}

/** One event's text, whose syntax is right, or why it cannot even be read. */
type Candidate =
  | { readonly text: string; readonly parsed: unknown; readonly compact?: boolean }
  | { readonly error: unknown };

class Failure {
  readonly id: string | undefined;
  readonly error: unknown;
  constructor(id: string | undefined, error: unknown) {
    this.id = id;
    this.error = error;
  }
}

function resultOf(outcome: Receipt | Failure): RecordResult {
  return outcome instanceof Failure ? rejection(outcome.id, outcome.error) : outcome;
}

function labelOf(outcome: Receipt | Failure): string {
  if (outcome instanceof Failure) return asDaybookError(outcome.error).code;
  return outcome.duplicate ? "duplicate" : "recorded";
}

function isReceipt(outcome: Receipt | Failure): outcome is Receipt {
  return !(outcome instanceof Failure);
}

function readRequest(contentType: string | undefined, body: Buffer): { single: boolean; events: Candidate[] } {
  const type = contentType?.split(";")[0]?.trim().toLowerCase();
  if (type === "application/x-ndjson") return { single: false, events: readLines(body) };
  if (type !== "application/json") {
    throw new DaybookError(
      "unsupported_media_type",
      "The content type must be application/json or application/x-ndjson.",
    );
  }
  const text = decodeUtf8(body);
  const parsed = parseJson(text);
  if (!Array.isArray(parsed)) return { single: true, events: [{ text, parsed }] };
  limitCount(parsed.length);
  const { texts, compact } = arrayElements(text, parsed);
  return {
    single: false,
    events: parsed.map((element, at) => ({ text: texts[at] as string, parsed: element, compact })),
  };
}

function readLines(body: Buffer): Candidate[] {
  const events: Candidate[] = [];
  for (let start = 0, end: number; start < body.length; start = end + 1) {
    const newline = body.indexOf(0x0a, start);
    end = newline < 0 ? body.length : newline;
    if (isBlank(body, start, end)) continue;
    try {
      const text = decodeUtf8(body.subarray(start, end));
      events.push({ text, parsed: parseJson(text) });
    } catch (error) {
      events.push({ error });
    }
    limitCount(events.length);
  }
  return events;
}

/** Nothing but JSON's own white space. */
function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  }
  return true;
}

function limitCount(count: number): void {
  if (count > EVENTS_MAX) throw new DaybookError("too_many_events", `A request holds at most ${EVENTS_MAX} events.`);
}

async function recordAll(
  candidates: readonly Candidate[],
  key: KeyPrincipal,
  identity: Identity,
  recorder: Recorder,
): Promise<(Receipt | Failure)[]> {
  const now = Date.now();
  const organizationOf = organizationsFor(key, identity);
  const requirePermitted = personalIdsFor(identity);
  const outcomes: (Receipt | Failure)[] = new Array(candidates.length);
  const recordings: Recording[] = [];
  const warnings: (readonly Warning[])[] = [];
  const places: number[] = [];
  for (const [place, candidate] of candidates.entries()) {
    try {
      if ("error" in candidate) throw candidate.error;
      const read = readWithWarnings(candidate.text, candidate.parsed, now, {
        tenantRequired: key.organization === undefined,
        compact: candidate.compact ?? false,
      });
      const { event } = read;
      const organization = await organizationOf(event);
      await requirePermitted(organization, read.warnings);
      recordings.push({ organization, source: { type: "api_key", id: key.id }, event, bytes: candidate.text.length });
      warnings.push(read.warnings);
      places.push(place);
    } catch (error) {
      outcomes[place] = new Failure(sentId(candidate), error);
    }
  }
  const settled = await Promise.allSettled(recorder.record(recordings));
  for (const [at, result] of settled.entries()) {
    const place = places[at] as number;
    outcomes[place] =
      result.status === "fulfilled"
        ? warned(result.value, warnings[at] ?? [])
        : new Failure(recordings[at]?.event.id, result.reason);
  }
  return outcomes;
}

/** A duplicate recorded nothing, so there is nothing to warn of: the first receipt carried the warnings. */
function warned(receipt: Receipt, warnings: readonly Warning[]): Receipt {
  return receipt.duplicate || warnings.length === 0 ? receipt : { ...receipt, warnings: [...warnings] };
}

/** Tells whose an event is, for as long as one request: a platform key's organizations are each looked up once. */
function organizationsFor(key: KeyPrincipal, identity: Identity): (event: ValidEvent) => Promise<string> {
  const exists = new Map<string, boolean>();
  return async ({ tenant_id: named }) => {
    if (key.organization !== undefined) {
      if (named === undefined || named === key.organization) return key.organization;
      throw atTenant("invalid_event", "This key writes for another organization.");
    }
    if (named !== undefined) {
      if (!exists.has(named)) exists.set(named, await identity.organizationExists(named));
      if (exists.get(named)) return named;
    }
    throw atTenant("unknown_organization", "There is no organization with this tenant_id.");
  };
}

/**
 * Refuses an event whose permanent fields look personal, where its organization's settings say so. An organization is looked up at
 * most once in a request, and only for such an event.
 */
function personalIdsFor(identity: Identity): (organization: string, warnings: readonly Warning[]) => Promise<void> {
  const refusing = new Map<string, boolean>();
  return async (organization, warnings) => {
    const errors = warnings.filter(({ code }) => code === "personal_id");
    const [first] = errors;
    if (first === undefined) return;
    const known = refusing.get(organization);
    const refuses = known ?? (await identity.organization(organization))?.personalIds === "refuse";
    refusing.set(organization, refuses);
    if (!refuses) return;
    throw new DaybookError("invalid_event", `${first.pointer} ${first.message}.`, {
      errors: errors.map(({ pointer, message }) => ({ pointer, message })),
    });
  };
}

function atTenant(code: "invalid_event" | "unknown_organization", detail: string): DaybookError {
  return new DaybookError(code, detail, {
    errors: [{ pointer: "/tenant_id", message: "is not an organization that this key writes for" }],
  });
}

/** The id as it was sent, so that the caller can tell which event failed. */
function sentId(candidate: Candidate): string | undefined {
  if ("error" in candidate || !isObject(candidate.parsed)) return undefined;
  return typeof candidate.parsed.id === "string" ? candidate.parsed.id : undefined;
}

const receipt = z
  .object({
    id: z.string(),
    log_id: z.string(),
    sequence: z.number().int(),
    leaf_hash: z.string().meta({ description: "hex(SHA-256(0x00 ‖ header))" }),
    recorded_at: z.string().meta({ format: "date-time" }),
    duplicate: z.boolean(),
    warnings: z
      .array(z.object({ pointer: z.string(), code: z.enum(WARNING_CODES), message: z.string() }))
      .optional()
      .meta({
        description: "What was stored but deserves a look. Absent when there is nothing to say, and on duplicates.",
      }),
  })
  .meta({ id: "Receipt" });

const rejected = z
  .object({
    id: z.string().optional(),
    error: z.object({
      code: z.string(),
      message: z.string(),
      pointer: z.string().optional(),
      errors: z.array(z.object({ pointer: z.string(), message: z.string() })).optional(),
    }),
  })
  .meta({ id: "Rejection" });

const results = {
  content: { "application/json": { schema: z.object({ results: z.array(z.union([receipt, rejected])) }) } },
};

const description = {
  method: "post" as const,
  path: "/v1/events",
  summary: "Record events",
  description: `One event, or up to ${EVENTS_MAX} as an array or as NDJSON, in at most 5 MiB decoded. Results stand in the order of the request.`,
  tags: ["Events"],
  security: [{ key: [] }],
  request: {
    body: {
      required: true,
      content: {
        "application/json": { schema: z.union([sentEvent, z.array(sentEvent).max(EVENTS_MAX)]) },
        "application/x-ndjson": { schema: z.string().meta({ description: "One event a line." }) },
      },
    },
  },
  responses: {
    201: { description: "All are durable", ...results },
    207: { description: "Some were not recorded; their results say why", ...results },
    ...problems(400, 401, 403, 409, 413, 415, 422, 429, 503),
  },
};
