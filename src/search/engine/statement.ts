/** A value that a statement names as `{name:Type}`. */
export type Value = string | number | readonly (string | number)[];

/** A statement on its way to the engine's process. */
export interface Statement {
  readonly sql: string;
  readonly values: Readonly<Record<string, Value>>;
  /** Of statements with the same one only one runs at a time; the engine refuses the others, as a server does. */
  readonly queryId: string | undefined;
  /** What an INSERT ends with, in the format that it names: bytes all the way to the engine, never a string. Undefined: part of the SQL, if any. */
  readonly rows?: readonly Uint8Array[] | undefined;
}

/** The head's length in 4 bytes, the statement less its rows as JSON, and the rows. */
export function encodeStatement({ rows = [], ...head }: Statement): readonly Uint8Array[] {
  const json = Buffer.from(JSON.stringify(head));
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32LE(json.length);
  return [length, json, ...rows];
}

export function decodeStatement(bytes: Buffer): Statement {
  const end = 4 + bytes.readUInt32LE(0);
  const head = JSON.parse(bytes.toString("utf8", 4, end)) as Omit<Statement, "rows">;
  return end === bytes.length ? head : { ...head, rows: [bytes.subarray(end)] };
}
