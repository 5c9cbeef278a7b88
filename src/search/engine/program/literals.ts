import type { Statement, Value } from "../statement.ts";

/**
 * Values as part of a statement's text. chDB can bind them itself, but runs such statements one at a time in the whole process.
 *
 * A literal here cannot be anything else, whatever its value: a text consists of letters, digits, a few harmless signs and characters
 * beyond ASCII; every other byte is written as `\xHH`. So no quote, backslash, comment or line end of a value ever is in a statement.
 */

/** `{name:Type}`, of the types that Daybook's statements use. */
const PLACEHOLDER = /\{(\w+):(\w+(?:\(\w+\))?)\}/g;
const SCALAR = /^(?:U?Int(?:8|16|32|64))$/;
const LIST = /^Array\((String|IPv6|U?Int(?:8|16|32|64))\)$/;
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the very characters that must not reach a statement as they are.
const ESCAPED = /[\x00-\x1f!-+\x2d;-?[-^`{-\x7f]/g;

/** @throws RangeError where a value is missing, or is not of its type: such a statement is not run. */
export function withLiterals({ sql, values }: Pick<Statement, "sql" | "values">): string {
  // Most statements, and every one that carries rows, name no values: rows can hold any text.
  if (Object.keys(values).length === 0) return sql;
  // One pass: what a value holds is never taken for a placeholder.
  return sql.replace(PLACEHOLDER, (_, name: string, type: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw new RangeError(`The statement names {${name}:${type}}, which has no value.`);
    return literal(type, value);
  });
}

function literal(type: string, value: Value): string {
  if (type === "String" && typeof value === "string") return quoted(value);
  if (type === "Identifier" && typeof value === "string" && IDENTIFIER.test(value)) return value;
  // The engine casts the values that it binds in the same way, and takes such constants for its indexes.
  if (SCALAR.test(type) && typeof value === "number") return `_CAST(${integer(value)}, '${type}')`;
  const [, items] = LIST.exec(type) ?? [];
  if (items !== undefined && Array.isArray(value)) {
    const list = (value as readonly (string | number)[]).map((item) => element(items, item));
    return `_CAST([${list.join(",")}], '${type}')`;
  }
  throw new RangeError(`A value is not of the type ${type}.`);
}

function element(type: string, value: string | number): string {
  const isNumber = SCALAR.test(type);
  if (isNumber && typeof value === "number") return integer(value);
  if (!isNumber && typeof value === "string") return quoted(value);
  throw new RangeError(`A value of a list is not of the type ${type}.`);
}

function integer(value: number): string {
  if (!Number.isSafeInteger(value)) throw new RangeError("A value is not an integer.");
  return String(value);
}

function quoted(text: string): string {
  return `'${text.replace(ESCAPED, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`)}'`;
}
