import { SCHEMA_VERSION } from "@daybook/sdk";
import { decodeEntry } from "./codec.ts";
import {
  type ContextTexts,
  type IndexedTexts,
  indexedTexts,
  type PersonTexts,
  type ThingTexts,
} from "./indexed-texts.ts";
import { valueEnd } from "./json.ts";
import { BACKSLASH, CLOSE_BRACE, NINE, QUOTE, ZERO } from "./json-characters.ts";

/**
 * Cuts what search takes of an event out of its entry: one pass over each of its two lines, whose fields have a fixed order. What is laid
 * out in any other way than the codec writes it is decoded instead, and gives the same texts.
 *
 * @param headerStart the header, or its beginning up to the hash of the body. @param body undefined once it was erased.
 * @returns undefined when it has to be decoded.
 */
export function scanEntry(headerStart: Uint8Array, body: Uint8Array | undefined): IndexedTexts | undefined {
  const head = new Scanner(latin1(headerStart));
  if (!head.skip(START)) return undefined;
  const sequence = head.number();
  if (!head.skip(',"recorded_at":')) return undefined;
  const recorded_at = head.string();
  if (head.skip(',"clock_at":')) head.string();
  if (!head.skip(',"source":{"type":')) return undefined;
  head.string();
  if (head.skip(',"id":')) head.string();
  if (!head.skip('},"id":')) return undefined;
  head.string();
  if (!head.skip(',"timestamp":')) return undefined;
  const timestamp = head.string();
  if (!head.skip(',"tenant_id":')) return undefined;
  const tenant_id = head.string();
  if (!head.skip(',"action":')) return undefined;
  const action = head.string();
  if (!head.skip(',"outcome":')) return undefined;
  const outcome = head.string();
  if (!head.skip(',"actor":{"type":')) return undefined;
  const actor = head.person();
  const principal = head.skip(',"on_behalf_of":{"type":') ? head.person() : undefined;
  if (principal !== undefined && !head.skip("}")) return undefined;
  if (!head.skip('},"resource":{"type":')) return undefined;
  const resource = head.thing();
  if (!head.skip("}")) return undefined;
  const things = head.skip(',"targets":[') ? head.things() : NONE;
  const wellFormed = things !== undefined && (head.atEnd || head.skip(',"body_hash":"'));
  if (!wellFormed || head.failed) return undefined;
  const rest = body === undefined ? ERASED : scanBody(latin1(body), things.length);
  if (rest === undefined) return undefined;
  return {
    tenant_id,
    sequence,
    recorded_at,
    timestamp,
    action,
    outcome,
    actor: named(actor, rest.name, rest.email),
    on_behalf_of: principal && named(principal, rest.principalName, rest.principalEmail),
    resource: { type: resource.type, id: resource.id, name: rest.resourceName },
    targets: rest.targetNames === undefined ? things : withNames(things, rest.targetNames),
    description: rest.description,
    context: rest.context,
    metadata: rest.metadata,
  };
}

/** The same for any entry. @param header the whole header, asked for only where it has to be decoded. @throws when it cannot be decoded. */
export function entryTexts(
  headerStart: Uint8Array,
  body: Uint8Array | undefined,
  header: () => Uint8Array,
): IndexedTexts {
  return scanEntry(headerStart, body) ?? indexedTexts(decodeEntry(header(), body));
}

const START = `{"schema_version":${SCHEMA_VERSION},"sequence":`;
const NONE: readonly ThingTexts[] = [];

interface BodyTexts {
  name: string | undefined;
  email: string | undefined;
  principalName: string | undefined;
  principalEmail: string | undefined;
  resourceName: string | undefined;
  targetNames: readonly (string | undefined)[] | undefined;
  description: string | undefined;
  context: Mutable<ContextTexts>;
  metadata: string | undefined;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const absent = (): BodyTexts => ({
  name: undefined,
  email: undefined,
  principalName: undefined,
  principalEmail: undefined,
  resourceName: undefined,
  targetNames: undefined,
  description: undefined,
  context: {
    ip: undefined,
    ip_text: undefined,
    user_agent: undefined,
    request_id: undefined,
    session_id: undefined,
    trace_id: undefined,
  },
  metadata: undefined,
});

const ERASED: Readonly<BodyTexts> = absent();

function scanBody(text: string, targets: number): Readonly<BodyTexts> | undefined {
  const body = new Scanner(text);
  const found = absent();
  if (!body.skip('{"nonce":')) return undefined;
  body.string();
  if (body.skip(',"actor":{')) {
    if (body.skip('"name":')) found.name = body.string();
    body.skip(",");
    if (body.skip('"email":')) found.email = body.string();
    body.skip(",");
    if (body.skip('"on_behalf_of":{')) {
      if (body.skip('"name":')) found.principalName = body.string();
      body.skip(",");
      if (body.skip('"email":')) found.principalEmail = body.string();
      if (!body.skip("}")) return undefined;
    }
    if (!body.skip("}")) return undefined;
  }
  if (body.skip(',"resource":{"name":')) {
    found.resourceName = body.string();
    if (!body.skip("}")) return undefined;
  }
  if (body.skip(',"target_names":[')) {
    found.targetNames = body.names();
    if (found.targetNames?.length !== targets) return undefined;
  }
  if (body.skip(',"description":')) found.description = body.string();
  if (body.skip(',"context":{') && !scanContext(body, found.context)) return undefined;
  if (body.skip(',"changes":')) body.value();
  if (body.skip(',"metadata":')) found.metadata = body.rest();
  return body.failed || !body.atLastBrace ? undefined : found;
}

/** Its members can come in any order. */
function scanContext(body: Scanner, found: Mutable<ContextTexts>): boolean {
  do {
    const name = CONTEXT_NAMES.find((candidate) => body.skip(`"${candidate}":`));
    if (name === undefined) return false;
    found[name] = body.string();
  } while (body.skip(","));
  return body.skip("}");
}

const CONTEXT_NAMES = [
  "ip",
  "user_agent",
  "request_id",
  "session_id",
  "trace_id",
  "ip_text",
] as const satisfies readonly (keyof ContextTexts)[];

/** Reads JSON of a known layout from its beginning on. After a failure nothing that it gave means anything. */
class Scanner {
  failed = false;
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get atEnd(): boolean {
    return this.at === this.text.length;
  }

  get atLastBrace(): boolean {
    return this.at === this.text.length - 1 && this.text.charCodeAt(this.at) === CLOSE_BRACE;
  }

  /** Steps over exactly this text, if it comes next. */
  skip(expected: string): boolean {
    if (!this.text.startsWith(expected, this.at)) return false;
    this.at += expected.length;
    return true;
  }

  /** A string with its quotation marks. */
  string(): string {
    const { text, at } = this;
    if (text.charCodeAt(at) !== QUOTE) return this.fail();
    let end = text.indexOf('"', at + 1);
    if (end > 0 && text.charCodeAt(end - 1) === BACKSLASH) end = valueEnd(text, at) - 1;
    if (end < 0) return this.fail();
    this.at = end + 1;
    return text.slice(at, this.at);
  }

  /** Digits. */
  number(): string {
    const { text, at } = this;
    let end = at;
    for (let code = text.charCodeAt(end); code >= ZERO && code <= NINE; code = text.charCodeAt(end)) end++;
    this.at = end;
    return end === at ? this.fail() : text.slice(at, end);
  }

  /** Steps over any value. */
  value(): void {
    this.at = valueEnd(this.text, this.at);
  }

  /** All that is left but the last character. */
  rest(): string {
    const { at } = this;
    this.at = this.text.length - 1;
    return this.text.slice(at, this.at);
  }

  /** What a header says of a person, from the type on and up to what closes it. */
  person(): PersonTexts {
    const type = this.string();
    const id = this.skip(',"id":') ? this.string() : undefined;
    const role = this.skip(',"role":') ? this.string() : undefined;
    return { type, id, name: undefined, email: undefined, role };
  }

  thing(): ThingTexts {
    const type = this.string();
    const id = this.skip(',"id":') ? this.string() : undefined;
    return { type, id, name: undefined };
  }

  things(): readonly ThingTexts[] | undefined {
    const things: ThingTexts[] = [];
    if (this.skip("]")) return things;
    do {
      if (!this.skip('{"type":')) return undefined;
      things.push(this.thing());
      if (!this.skip("}")) return undefined;
    } while (this.skip(","));
    return this.skip("]") ? things : undefined;
  }

  /** Of each target its name, or undefined. */
  names(): readonly (string | undefined)[] | undefined {
    const names: (string | undefined)[] = [];
    do {
      names.push(this.skip("null") ? undefined : this.string());
    } while (this.skip(","));
    return this.skip("]") ? names : undefined;
  }

  private fail(): string {
    this.failed = true;
    return "";
  }
}

function named({ type, id, role }: PersonTexts, name: string | undefined, email: string | undefined): PersonTexts {
  return { type, id, name, email, role };
}

function withNames(things: readonly ThingTexts[], names: readonly (string | undefined)[]): ThingTexts[] {
  return things.map(({ type, id }, at) => ({ type, id, name: names[at] }));
}

function latin1(bytes: Uint8Array): string {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.toString("latin1");
}
