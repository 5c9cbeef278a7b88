import type { ValidEvent } from "./validate.ts";

/**
 * An event that can be recorded, as the JSON texts that its entry is put together from. Each text holds bytes of UTF-8, one a character:
 * what a caller sent is cut out of the request's bytes and written to the log without being decoded in between. Empty: absent, which no
 * JSON text is.
 */
export class EventText {
  id = "";
  timestamp = "";
  tenantId = "";
  action = "";
  outcome = "";
  readonly actor = new ActorText();
  readonly resource = new ThingText();
  /** What the header keeps of them: type and id. */
  targets = "";
  targetNames = "";
  description = "";
  readonly context = new ContextText();
  changes = "";
  metadata = "";
  /** Where it was read, in characters of the whole text. */
  start = 0;
  end = 0;
  private readonly again: (event: EventText) => ValidEvent;

  /** @param again reads the event once more, exactly. */
  constructor(again: (event: EventText) => ValidEvent) {
    this.again = again;
  }

  /** The event itself, for what looks at more than texts: a retry, a refusal. */
  valid(): ValidEvent {
    return this.again(this);
  }
}

export class PersonText {
  type = "";
  id = "";
  name = "";
  email = "";
  role = "";
}

export class ActorText extends PersonText {
  /** Whose authority the actor used; absent when it has no type. */
  readonly principal = new PersonText();
}

/** A resource or target. */
export class ThingText {
  type = "";
  id = "";
  name = "";
}

export class ContextText {
  ip = "";
  ipText = "";
  userAgent = "";
  requestId = "";
  sessionId = "";
  traceId = "";
}

/** The texts of an event that was read into an object. @param start where it was read, if anywhere. */
export function textOf(event: ValidEvent, start = 0, end = start): EventText {
  const { actor, resource, targets } = event;
  const text = new EventText(() => event);
  text.id = json(event.id);
  text.timestamp = json(event.timestamp);
  text.tenantId = json(event.tenant_id);
  text.action = json(event.action);
  text.outcome = json(event.outcome);
  fillPerson(text.actor, actor);
  if (actor.on_behalf_of !== undefined) fillPerson(text.actor.principal, actor.on_behalf_of);
  text.resource.type = json(resource.type);
  text.resource.id = json(resource.id);
  text.resource.name = json(resource.name);
  text.targets = json(targets?.map(({ type, id }) => ({ type, id })));
  text.targetNames = json(namesOf(targets));
  text.description = json(event.description);
  if (event.context !== undefined) fillContext(text.context, event.context);
  text.changes = bytesOf(event.changes ?? "");
  text.metadata = bytesOf(event.metadata ?? "");
  text.start = start;
  text.end = end;
  return text;
}

type Person = Omit<ValidEvent["actor"], "on_behalf_of">;

function fillPerson(text: PersonText, { type, id, name, email, role }: Person): void {
  text.type = json(type);
  text.id = json(id);
  text.name = json(name);
  text.email = json(email);
  text.role = json(role);
}

function fillContext(text: ContextText, context: NonNullable<ValidEvent["context"]>): void {
  text.ip = json(context.ip);
  text.ipText = json(context.ip_text);
  text.userAgent = json(context.user_agent);
  text.requestId = json(context.request_id);
  text.sessionId = json(context.session_id);
  text.traceId = json(context.trace_id);
}

/** One name for each target, null where it has none; undefined when none has one. */
function namesOf(targets: ValidEvent["targets"]): (string | null)[] | undefined {
  if (!targets?.some(({ name }) => name !== undefined)) return undefined;
  return targets.map(({ name }) => name ?? null);
}

function json(value: unknown): string {
  return value === undefined ? "" : bytesOf(JSON.stringify(value));
}

/** A text's bytes of UTF-8, one a character. */
function bytesOf(text: string): string {
  return ASCII.test(text) ? text : Buffer.from(text, "utf8").toString("latin1");
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: every character of ASCII is meant.
const ASCII = /^[\x00-\x7f]*$/;
