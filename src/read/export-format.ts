import type { Selection } from "@daybook/sdk/filters";
import { ByteWriter, writeEntryJson } from "../event/index.ts";
import type { LogCorruption } from "../log/index.ts";
import { type CheckedEntry, entryCheck } from "./check.ts";
import { damagedRow } from "./csv.ts";
import { writeCsvRow } from "./csv-row.ts";
import { type Damage, damagedItem } from "./damage.ts";
import { leafHashOf, type Rows } from "./export-rows.ts";
import { RowEntries } from "./row-entries.ts";

/** How an export is written; the same for every piece of it. */
export interface Format {
  readonly format: "csv" | "ndjson";
  /** CSV only: leave cells that a spreadsheet would take for a formula as they are. */
  readonly raw: boolean;
  readonly organization: string;
  /** What its reader can see at all. */
  readonly within: Selection | undefined;
}

export interface Written {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What was found wrong now: which row, and what. */
  readonly damaged: readonly { readonly at: number; readonly damage: Damage }[];
  /** What is wrong with the log's blocks. */
  readonly corruptions: readonly LogCorruption[];
}

const LINE_FEED = 0x0a;

const to = new ByteWriter();

/** Decodes rows, checks and writes them. Depends on nothing but what it is given, so that another thread can do it. */
export function writeRows({ format, raw, organization, within }: Format, rows: Rows): Written {
  const check = entryCheck(within);
  const entries = new RowEntries(rows, organization);
  const damaged: { at: number; damage: Damage }[] = [];
  const write = ({ header, body, leafHash }: CheckedEntry) => {
    const hash = Buffer.from(leafHash.buffer, leafHash.byteOffset, leafHash.length).toString("hex");
    if (format === "csv") return writeCsvRow(to, header, body, hash, raw);
    writeEntryJson(to, header, body, hash);
    to.byte(LINE_FEED);
  };
  const writeDamaged = (row: number, damage: Damage) => {
    const item = damagedItem(organization, rows.sequences[row] as number, damage);
    to.text(format === "csv" ? damagedRow(item) : `${JSON.stringify(item)}\n`);
  };
  to.length = 0;
  for (let row = 0; row < rows.count; row++) {
    const known = rows.damages.get(row);
    if (known !== undefined) {
      writeDamaged(row, known);
      continue;
    }
    const entry = entries.at(row);
    const damage = typeof entry === "string" ? entry : check(entry, leafHashOf(rows, row));
    if (damage === undefined) write(entry as CheckedEntry);
    else {
      damaged.push({ at: row, damage });
      writeDamaged(row, damage);
    }
  }
  return { bytes: to.take(), damaged, corruptions: entries.corruptions };
}
