import { valueEnd } from "./json.ts";

/**
 * An entry's fields as the JSON texts they were stored as. Most of what a reader gets is those very texts in another order, so cutting them out
 * is several times as fast as parsing and serialising them.
 */
export interface EntryText {
  readonly schema_version: string;
  readonly sequence: string;
  readonly recorded_at: string;
  readonly clock_at: string | undefined;
  readonly source: string;
  readonly id: string;
  readonly timestamp: string;
  readonly tenant_id: string;
  readonly action: string;
  readonly outcome: string;
  readonly actor: PersonText & { readonly on_behalf_of: PersonText | undefined };
  readonly resource: Members;
  readonly targets: string | undefined;
  readonly description: string | undefined;
  readonly context: string | undefined;
  readonly changes: string | undefined;
  readonly metadata: string | undefined;
}

export interface PersonText {
  readonly type: string | undefined;
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly email: string | undefined;
  readonly role: string | undefined;
}

/** The members of an object, each the JSON text of its value. */
export type Members = { readonly [name: string]: string | undefined };

const NONE: Members = {};

/** @param body undefined once it was erased. @returns undefined where the texts are not laid out as this version writes them. */
export function entryText(header: Uint8Array, body: Uint8Array | undefined): EntryText | undefined {
  const head = new Scanner(utf8(header));
  const schema_version = head.take("schema_version");
  const sequence = head.take("sequence");
  const recorded_at = head.take("recorded_at");
  const clock_at = head.take("clock_at");
  const source = head.take("source");
  const id = head.take("id");
  const timestamp = head.take("timestamp");
  const tenant_id = head.take("tenant_id");
  const action = head.take("action");
  const outcome = head.take("outcome");
  const actor = head.take("actor");
  const resource = head.take("resource");
  const targets = head.take("targets");
  const isWhole = head.take("body_hash") !== undefined && head.atEnd;
  if (
    !isWhole ||
    schema_version === undefined ||
    sequence === undefined ||
    recorded_at === undefined ||
    source === undefined ||
    id === undefined ||
    timestamp === undefined ||
    tenant_id === undefined ||
    action === undefined ||
    outcome === undefined ||
    actor === undefined ||
    resource === undefined
  ) {
    return undefined;
  }
  const rest = bodyText(body);
  if (rest === undefined) return undefined;
  return {
    schema_version,
    sequence,
    recorded_at,
    clock_at,
    source,
    id,
    timestamp,
    tenant_id,
    action,
    outcome,
    actor: actorText(membersOf(actor), membersOf(rest.actor)),
    resource: { ...membersOf(resource), ...membersOf(rest.resource) },
    targets: targets && rest.target_names ? withNames(targets, rest.target_names) : targets,
    description: rest.description,
    context: rest.context,
    changes: rest.changes,
    metadata: rest.metadata,
  };
}

/** The members of an object's JSON text as a serialiser writes it, without spaces. */
export function membersOf(object: string | undefined): Members {
  if (object === undefined || object.length < 3) return NONE;
  const members: Record<string, string> = {};
  for (let at = 1; at < object.length; ) {
    const nameEnd = object.indexOf('"', at + 1);
    const end = valueEnd(object, nameEnd + 2);
    members[object.slice(at + 1, nameEnd)] = object.slice(nameEnd + 2, end);
    at = end + 1;
  }
  return members;
}

function bodyText(body: Uint8Array | undefined) {
  if (body === undefined) return {} as Partial<ReturnType<typeof readBody>>;
  return readBody(new Scanner(utf8(body)));
}

function readBody(scanner: Scanner) {
  if (scanner.take("nonce") === undefined) return undefined;
  const actor = scanner.take("actor");
  const resource = scanner.take("resource");
  const target_names = scanner.take("target_names");
  const description = scanner.take("description");
  const context = scanner.take("context");
  const changes = scanner.take("changes");
  // Nothing comes after it, so the longest of all values need not be read through.
  const metadata = scanner.takeLast("metadata");
  return scanner.atEnd ? { actor, resource, target_names, description, context, changes, metadata } : undefined;
}

function actorText(head: Members, rest: Members): EntryText["actor"] {
  const principal = head.on_behalf_of;
  return {
    ...personText(head, rest),
    on_behalf_of: principal === undefined ? undefined : personText(membersOf(principal), membersOf(rest.on_behalf_of)),
  };
}

function personText({ type, id, role }: Members, { name, email }: Members): PersonText {
  return { type, id, name, email, role };
}

/** Targets have names seldom enough to be parsed. */
function withNames(targets: string, names: string): string {
  const parsed: { name?: string }[] = JSON.parse(targets);
  for (const [at, name] of (JSON.parse(names) as (string | null)[]).entries()) {
    const target = parsed[at];
    if (target !== undefined && name !== null) target.name = name;
  }
  return JSON.stringify(parsed);
}

/** Reads the members of an object in the order that they are known to have. */
class Scanner {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** True once nothing but the closing brace is left. */
  get atEnd(): boolean {
    return this.at === this.text.length - 1;
  }

  /** The value of the next member, if it has this name. */
  take(name: string): string | undefined {
    const start = this.valueOf(name);
    if (start === undefined) return undefined;
    this.at = valueEnd(this.text, start);
    return this.text.slice(start, this.at);
  }

  takeLast(name: string): string | undefined {
    const start = this.valueOf(name);
    if (start === undefined) return undefined;
    this.at = this.text.length - 1;
    return this.text.slice(start, this.at);
  }

  private valueOf(name: string): number | undefined {
    const { text, at } = this;
    const nameEnd = at + 2 + name.length;
    if (text[at + 1] !== '"' || text[nameEnd] !== '"' || !text.startsWith(name, at + 2)) return undefined;
    return nameEnd + 2;
  }
}

function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}
