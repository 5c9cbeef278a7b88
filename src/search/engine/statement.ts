/** A value that a statement names as `{name:Type}`. */
export type Value = string | number | readonly (string | number)[];

/** A statement on its way to the engine's process. */
export interface Statement {
  readonly sql: string;
  readonly values: Readonly<Record<string, Value>>;
  /** Of statements with the same one only one runs at a time; the engine refuses the others, as a server does. */
  readonly queryId: string | undefined;
}

type Head = Omit<Statement, "sql">;

/** The head's length in 4 bytes, the head as JSON, and the SQL, which can be many megabytes of rows. */
export function encodeStatement({ sql, ...head }: Statement): Buffer {
  const json = JSON.stringify(head);
  const headLength = Buffer.byteLength(json);
  const bytes = Buffer.allocUnsafe(4 + headLength + Buffer.byteLength(sql));
  bytes.writeUInt32LE(headLength, 0);
  bytes.write(json, 4);
  bytes.write(sql, 4 + headLength);
  return bytes;
}

export function decodeStatement(bytes: Buffer): Statement {
  const end = 4 + bytes.readUInt32LE(0);
  return { ...(JSON.parse(bytes.toString("utf8", 4, end)) as Head), sql: bytes.toString("utf8", end) };
}
