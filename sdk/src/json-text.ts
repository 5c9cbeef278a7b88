/** Why a value cannot be written as JSON, and where it is: a JSON pointer (RFC 6901). */
export class Unwritable extends Error {
  override readonly name = "Unwritable";
  readonly pointer: string;

  constructor(pointer: string, message: string) {
    super(message);
    this.pointer = pointer;
  }
}

/**
 * JSON as `JSON.stringify` writes it, but never with another value in a value's place. `JSON.stringify` turns an Error, a Map and a Headers
 * into `{}`, NaN into `null` and -0 into `0`; for an audit log that is a forgery. What has one obvious form is written in it (sdk/README.md
 * lists the forms); the rest is refused.
 *
 * @throws Unwritable; whatever a getter or a `toJSON` throws; RangeError for what is nested too deeply.
 */
export function jsonText(value: unknown): string {
  const text = new Writer().write(value, "", "");
  if (text === undefined) throw new Unwritable("", "is undefined");
  return text;
}

class Writer {
  /** The objects that the value being written is within: one that occurs again is a cycle. */
  private readonly within = new Set<object>();

  /** @returns undefined for undefined, which an object leaves out and a list cannot hold. */
  write(value: unknown, key: string, at: string): string | undefined {
    switch (typeof value) {
      case "string":
        return JSON.stringify(value);
      case "number":
        return numberText(value, at);
      case "boolean":
        return String(value);
      case "undefined":
        return undefined;
      case "object":
        return value === null ? "null" : this.object(value, key, at);
      default:
        throw new Unwritable(at, `is a ${typeof value}, which JSON does not have`);
    }
  }

  private object(value: object, key: string, at: string): string | undefined {
    if (this.within.has(value)) throw new Unwritable(at, "contains itself");
    this.within.add(value);
    const text = this.form(value, key, at);
    this.within.delete(value);
    return text;
  }

  private form(value: object, key: string, at: string): string | undefined {
    if (isRawJson(value)) return value.rawJSON;
    if (isPlain(value)) return "toJSON" in value ? this.own(value, key, at) : this.members(value, at);
    if (Array.isArray(value)) return this.list(value, at);
    switch (tagOf(value)) {
      case "Date":
        if (Number.isNaN(Number(value))) throw new Unwritable(at, "is an invalid date");
        return this.own(value, key, at);
      case "Number":
      case "String":
      case "Boolean":
      case "BigInt":
      case "Symbol":
        return this.write(value.valueOf(), key, at);
      case "Map":
        return this.entries(value as Iterable<[unknown, unknown]>, at);
      case "Headers":
        return this.entries(listed(value as Iterable<[string, string]>), at);
      case "Set":
        return this.list([...(value as Iterable<unknown>)], at);
      case "URLSearchParams":
        return JSON.stringify(String(value));
      case "Error":
      case "DOMException":
        return "toJSON" in value ? this.own(value, key, at) : this.error(value as Error, at);
      default:
        return this.own(value, key, at);
    }
  }

  /** What an object says of itself; one of a class that says nothing has its own members. */
  private own(value: object, key: string, at: string): string | undefined {
    if ("toJSON" in value && typeof value.toJSON === "function") return this.write(value.toJSON(key), key, at);
    if (ArrayBuffer.isView(value)) throw new Unwritable(at, "is binary; send base64 or hex text");
    if (!isPlain(value) && Object.keys(value).length === 0) {
      throw new Unwritable(at, `is a value of ${nameOf(value)}, of which JSON would hold nothing`);
    }
    return this.members(value, at);
  }

  private members(value: object, at: string): string {
    const symbols = Object.getOwnPropertySymbols(value);
    if (symbols.some((symbol) => Object.prototype.propertyIsEnumerable.call(value, symbol))) {
      throw new Unwritable(at, "has a symbol as a key");
    }
    return this.entries(
      Object.keys(value).map((key) => [key, (value as Record<string, unknown>)[key]]),
      at,
    );
  }

  private entries(entries: Iterable<readonly [unknown, unknown]>, at: string): string {
    let text = "";
    for (const [key, value] of entries) {
      if (typeof key !== "string") throw new Unwritable(at, "has a key that is not a text");
      const written = this.write(value, key, `${at}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`);
      if (written !== undefined) text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${written}`;
    }
    return `{${text}}`;
  }

  private list(values: readonly unknown[], at: string): string {
    let text = "";
    for (let index = 0; index < values.length; index++) {
      const written = this.write(values[index], String(index), `${at}/${index}`);
      if (written === undefined) throw new Unwritable(`${at}/${index}`, "is undefined, which a list cannot hold");
      text += index === 0 ? written : `,${written}`;
    }
    return `[${text}]`;
  }

  /** Not its stack, and not what libraries hang on it: requests with their credentials, for instance. */
  private error(error: Error & { code?: unknown; errors?: unknown }, at: string): string {
    const { name, message, code, cause, errors } = error;
    return this.entries(Object.entries({ name, message, code, cause, errors }), at);
  }
}

/** `Headers` has each `set-cookie` by itself; an object has a name once. */
function listed(headers: Iterable<readonly [string, string]>): Map<string, string | string[]> {
  const values = new Map<string, string | string[]>();
  for (const [name, value] of headers) {
    const before = values.get(name);
    values.set(name, before === undefined ? value : [before, value].flat());
  }
  return values;
}

/** JSON has -0; `JSON.stringify` does not write it. */
function numberText(value: number, at: string): string {
  if (!Number.isFinite(value)) throw new Unwritable(at, `is ${value}, which JSON does not have`);
  return Object.is(value, -0) ? "-0" : String(value);
}

/** A number's or text's own JSON, as `JSON.rawJSON` makes it where there is such a function. */
function isRawJson(value: object): value is { rawJSON: string } {
  return (JSON as { isRawJSON?: (value: unknown) => boolean }).isRawJSON?.(value) === true;
}

/** Whether nothing but its members makes it up, also when it comes from another realm (a test runner's, a frame's). */
function isPlain(value: object): boolean {
  const prototype: object | null = Object.getPrototypeOf(value);
  return prototype === null || (Object.getPrototypeOf(prototype) === null && tagOf(value) === "Object");
}

function tagOf(value: object): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

function nameOf(value: object): string {
  const name: unknown = value.constructor?.name;
  return typeof name === "string" && name !== "" && name !== "Object" ? name : tagOf(value);
}
