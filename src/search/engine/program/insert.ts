import type { RawInsertFormat } from "chdb";

/** An insert whose rows come beside it, as chDB takes it: it puts the statement together again. */
export interface RawInsert {
  readonly table: string;
  readonly format: RawInsertFormat;
  readonly settings: Record<string, string | number>;
}

const INSERT = /^INSERT INTO (\w+)(?: SETTINGS (.+))? FORMAT (\w+)$/;
const SETTING = /^(\w+) = (?:(\d+)|'([\w:-]*)')$/;

/** @throws RangeError for what Daybook's own inserts do not say: nothing is guessed. */
export function insertOf(sql: string): RawInsert {
  const [, table, list, format] = INSERT.exec(sql) ?? [];
  if (table === undefined || format === undefined) throw new RangeError(`Rows cannot be inserted with: ${sql}`);
  const settings = list === undefined ? [] : list.split(", ").map(settingOf);
  return { table, format: format as RawInsertFormat, settings: Object.fromEntries(settings) };
}

function settingOf(text: string): [name: string, value: string | number] {
  const [, name, number, word = ""] = SETTING.exec(text) ?? [];
  if (name === undefined) throw new RangeError(`An insert has a setting that cannot be read: ${text}`);
  return [name, number === undefined ? word : Number(number)];
}
