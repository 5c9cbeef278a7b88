import type { IncomingMessage, ServerResponse } from "node:http";
import type { Receipt, Warning } from "@daybook/sdk";
import { type Admission, RATES, ROUND_BYTES, type Sender } from "../admission/index.ts";
import { DaybookError } from "../errors.ts";
import type { EventFields } from "../event/index.ts";
import {
  type Identity,
  type KeyPrincipal,
  PLATFORM_ORGANIZATION,
  type Principal,
  requireScope,
} from "../identity/index.ts";
import type { Log } from "../log/index.ts";
import type { Logger } from "../logger.ts";
import type { Metrics } from "../metrics.ts";
import type { Cosigned } from "../read/index.ts";
import type { Recorder, Recording } from "../record/index.ts";
import { expectedBytes, releaseOnceSent, whenLeft } from "./admitted.ts";
import { readBody } from "./body.ts";
import type { BrowserOrigins } from "./browser-origins.ts";
import { asDaybookError, rejection } from "./problem.ts";
import { receiptJson } from "./receipt-json.ts";
import { readSentEvents, type SentEvent } from "./sent-events.ts";

export interface RecordParts {
  readonly browserOrigins: BrowserOrigins;
  readonly admission: Admission;
  readonly identity: Identity;
  readonly recorder: Recorder;
  readonly log: Log;
  readonly witnesses: Pick<Cosigned, "head">;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** A request to record events. */
export interface RecordRequest {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly requestId: string;
  /** Who sends it, as of now. @throws DaybookError */
  authenticate(): Promise<Principal>;
}

/** The answer to a request whose events each have a result. */
export interface RecordAnswer {
  readonly status: 201 | 207;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
}

/**
 * Records a request's events; answers once everything that is acknowledged is durable. It is let in before its body is read, and waits for its turn
 * before the body is parsed.
 * @throws DaybookError for the request as a whole, or for its only event.
 */
export async function recordEvents(parts: RecordParts, request: RecordRequest): Promise<RecordAnswer> {
  const { log, admission, browserOrigins, identity } = parts;
  const { incoming, outgoing } = request;
  const writer = async () => {
    const principal = await request.authenticate();
    requireScope(principal, "events:write");
    browserOrigins.requireWriteOnly(principal, request.incoming.headers.origin);
    return principal;
  };
  const first = await writer();
  const sender = senderOf(first);
  if (log.readOnly !== undefined) throw new DaybookError("log_unavailable", log.readOnly, { retryAfterSeconds: 5 });
  const bytes = expectedBytes(incoming);
  const admitted = admission.toRecord(sender, bytes, () => whenLeft(outgoing));
  const held = admitted instanceof Promise ? await admitted : admitted;
  let answerBytes = 0;
  try {
    const body = await readBody(incoming, { allowed: bytes, allow: (more) => admission.grew(held, more) });
    // Once more: a body can take long to arrive, and the key may have been revoked meanwhile.
    const key = identity.isCurrent(first) ? first : await writer();
    admission.arrived(sender, held, body.length);
    const turn = admission.turns.next(sender, Math.min(body.length, ROUND_BYTES));
    if (turn !== undefined) await turn;
    const answer = await answerTo(parts, request, { key, sender, body });
    answerBytes = answer.body.length;
    return answer;
  } finally {
    releaseOnceSent(held, outgoing, answerBytes);
  }
}

async function answerTo(
  { identity, recorder, admission, witnesses, metrics, logger }: RecordParts,
  { incoming, requestId }: RecordRequest,
  { key, sender, body }: { readonly key: KeyPrincipal; readonly sender: Sender; readonly body: Buffer },
): Promise<RecordAnswer> {
  const options = {
    now: Date.now(),
    tenantRequired: key.organization === undefined,
    // A large body takes a turn for each part of it, beside those of others.
    turn: async () => admission.turns.next(sender, ROUND_BYTES),
  };
  const sent = await readSentEvents(incoming.headers["content-type"], body, options);
  const { limits } = admission;
  if (limits.any) limits.took(sender, "events", sent.events.length);
  const organizations = new WrittenOrganizations(key, identity);
  const outcomes = await recordAll(sent.events, { key, sender }, organizations, recorder);
  count(outcomes, metrics.events);
  const answer = (status: RecordAnswer["status"]) => ({
    status,
    headers: limits.any ? limits.headers(sender, RATES) : {},
    body: `{"results":[${outcomes.map(resultJson).join()}]${headMember(organizations.only, witnesses)}}`,
  });

  if (outcomes.every(isReceipt)) return answer(201);
  const [first] = outcomes;
  if (sent.single && first instanceof Failure) throw first.error;
  const errors = outcomes.flatMap((outcome) => (outcome instanceof Failure ? [asDaybookError(outcome.error)] : []));
  if (errors.length === outcomes.length && errors[0] && errors.every(({ code }) => code === "log_unavailable"))
    throw errors[0];
  const [unexpected, ...others] = errors.filter(({ code }) => code === "internal");
  if (unexpected) {
    const events = others.length + 1;
    logger.error("events of a request failed", { request_id: requestId, events, error: unexpected.cause });
  }
  return answer(207);
}

function senderOf({ organization, id }: KeyPrincipal): Sender {
  return { organization: organization ?? PLATFORM_ORGANIZATION, key: id };
}

/** One event that was not recorded. */
class Failure {
  readonly id: string | undefined;
  readonly error: unknown;
  constructor(id: string | undefined, error: unknown) {
    this.id = id;
    this.error = error;
  }
}

/** A RecordResult. */
function resultJson(outcome: Receipt | Failure): string {
  return outcome instanceof Failure ? JSON.stringify(rejection(outcome.id, outcome.error)) : receiptJson(outcome);
}

/** One for the whole answer: whoever keeps it can show later that the log was changed. */
function headMember(organization: string | undefined, witnesses: Pick<Cosigned, "head">): string {
  const head = organization === undefined ? undefined : witnesses.head(organization);
  return head === undefined ? "" : `,"checkpoint":${JSON.stringify(head)}`;
}

function labelOf(outcome: Receipt | Failure): string {
  if (outcome instanceof Failure) return asDaybookError(outcome.error).code;
  return outcome.duplicate ? "duplicate" : "recorded";
}

function isReceipt(outcome: Receipt | Failure): outcome is Receipt {
  return !(outcome instanceof Failure);
}

function count(outcomes: readonly (Receipt | Failure)[], events: Metrics["events"]): void {
  const counts = new Map<string, number>();
  for (const outcome of outcomes) {
    const label = labelOf(outcome);
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  for (const [result, number] of counts) events.inc({ result }, number);
}

async function recordAll(
  sent: readonly SentEvent[],
  { key, sender }: { readonly key: KeyPrincipal; readonly sender: Sender },
  organizations: WrittenOrganizations,
  recorder: Recorder,
): Promise<(Receipt | Failure)[]> {
  const source = { type: "api_key", id: key.id } as const;
  const outcomes: (Receipt | Failure)[] = new Array(sent.length);
  const recordings: Recording[] = [];
  const places: number[] = [];
  for (const [place, one] of sent.entries()) {
    if ("error" in one) {
      outcomes[place] = new Failure(one.id, one.error);
      continue;
    }
    const { event, warnings } = one;
    try {
      const organization = organizations.known(event) ?? (await organizations.of(event));
      if (warnings.length > 0) await organizations.requirePermitted(organization, warnings);
      recordings.push({ organization, source, sender, event });
      places.push(place);
    } catch (error) {
      outcomes[place] = new Failure(event.id, error);
    }
  }
  for (const [at, outcome] of (await recorder.record(recordings)).entries()) {
    const place = places[at] as number;
    const one = sent[place];
    if (outcome instanceof Error) outcomes[place] = new Failure(recordings[at]?.event.id, outcome);
    else outcomes[place] = one !== undefined && "warnings" in one ? warned(outcome, one.warnings) : outcome;
  }
  return outcomes;
}

/** A duplicate recorded nothing, so there is nothing to warn of: the first receipt carried the warnings. */
function warned(receipt: Receipt, warnings: readonly Warning[]): Receipt {
  return receipt.duplicate || warnings.length === 0 ? receipt : { ...receipt, warnings: [...warnings] };
}

/** The organizations that one request's key writes for; each is looked up once. */
class WrittenOrganizations {
  private readonly key: KeyPrincipal;
  private readonly identity: Identity;
  /** By what names it; undefined where the event does not. */
  private readonly found = new Map<string | undefined, string>();
  private readonly refusing = new Map<string, boolean>();

  constructor(key: KeyPrincipal, identity: Identity) {
    this.key = key;
    this.identity = identity;
  }

  /** The organization of all that was recorded; undefined where there are several. */
  get only(): string | undefined {
    const [one, other] = new Set(this.key.organization === undefined ? this.found.values() : [this.key.organization]);
    return other === undefined ? one : undefined;
  }

  /** Whose an event is, where that was found already. */
  known({ tenantId }: EventFields): string | undefined {
    return this.found.get(tenantId);
  }

  /** @throws DaybookError `invalid_event`, `unknown_organization` */
  async of({ tenantId }: EventFields): Promise<string> {
    const organization = await this.look(tenantId);
    this.found.set(tenantId, organization);
    return organization;
  }

  /**
   * Refuses an event whose permanent fields look personal, where its organization's settings say so.
   * @throws DaybookError `invalid_event`
   */
  async requirePermitted(organization: string, warnings: readonly Warning[]): Promise<void> {
    const errors = warnings.filter(({ code }) => code === "personal_id");
    const [first] = errors;
    if (first === undefined) return;
    const known = this.refusing.get(organization);
    const refuses = known ?? (await this.identity.organization(organization))?.personalIds === "refuse";
    this.refusing.set(organization, refuses);
    if (!refuses) return;
    throw new DaybookError("invalid_event", `${first.pointer} ${first.message}.`, {
      errors: errors.map(({ pointer, message }) => ({ pointer, message })),
    });
  }

  private async look(named: string | undefined): Promise<string> {
    const own = this.key.organization;
    if (own !== undefined) {
      if (named === undefined || named === own) return own;
      throw atTenant("invalid_event", "This key writes for another organization.");
    }
    if (named !== undefined && (await this.identity.organizationExists(named))) return named;
    throw atTenant("unknown_organization", "There is no organization with this tenant_id.");
  }
}

function atTenant(code: "invalid_event" | "unknown_organization", detail: string): DaybookError {
  return new DaybookError(code, detail, {
    errors: [{ pointer: "/tenant_id", message: "is not an organization that this key writes for" }],
  });
}
