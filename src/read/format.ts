import type { Selection } from "@daybook/sdk/filters";
import { entryJson } from "../event/entry-json.ts";
import { entryText } from "../event/entry-text.ts";
import type { Damage } from "./check.ts";
import { csvRow, damagedRow } from "./csv.ts";
import { entryCheck } from "./entries.ts";
import { damagedItem } from "./text.ts";

/** How an export is written; the same for every piece of it. */
export interface Format {
  readonly format: "csv" | "ndjson";
  /** CSV only: leave cells that a spreadsheet would take for a formula as they are. */
  readonly raw: boolean;
  readonly organization: string;
  /** What its reader may see at all. */
  readonly within: Selection | undefined;
}

/** One row of an export that is still to be checked and written. */
export interface Row {
  readonly sequence: number;
  /** What was found wrong already. */
  readonly damage: Damage | undefined;
  readonly header: Uint8Array;
  readonly body: Uint8Array | undefined;
  /** Undefined where there is nothing to compare the header with yet. */
  readonly leafHash: Uint8Array | undefined;
  /** As the log gives it. */
  readonly hash: Uint8Array;
}

export interface Written {
  readonly bytes: Uint8Array;
  /** What was found wrong now: which row, and what. */
  readonly damaged: readonly { readonly at: number; readonly damage: Damage }[];
}

/** Checks rows and writes them. Depends on nothing but what it is given, so that another thread can do it. */
export function writeRows({ format, raw, organization, within }: Format, rows: Iterable<Row>): Written {
  const check = entryCheck(within);
  const damaged: { at: number; damage: Damage }[] = [];
  let text = "";
  let at = 0;
  for (const { sequence, damage: known, header, body, leafHash, hash } of rows) {
    const damage = known ?? check({ header, body }, leafHash);
    if (damage !== undefined && known === undefined) damaged.push({ at, damage });
    at++;
    if (damage !== undefined) {
      const item = damagedItem(organization, sequence, damage);
      text += format === "csv" ? damagedRow(item) : `${JSON.stringify(item)}\n`;
      continue;
    }
    const hex = Buffer.from(hash.buffer, hash.byteOffset, hash.byteLength).toString("hex");
    text += format === "csv" ? csvLine(header, body, hex, raw) : `${entryJson(header, body, hex)}\n`;
  }
  return { bytes: Buffer.from(text, "utf8"), damaged };
}

function csvLine(header: Uint8Array, body: Uint8Array | undefined, hash: string, raw: boolean): string {
  const text = entryText(header, body);
  if (text === undefined) throw new Error("an entry is not laid out as this version writes them");
  return csvRow(text, hash, raw);
}
