import type { BundlePlace, BundleProven, BundleReport } from "@daybook/sdk/bundle";
import { visibleText } from "../text/visible.ts";
import { verdictText } from "./verdict.ts";

/** What was found, for whoever has to rely on it. */
export interface Words {
  readonly verdict: "proven" | "refused" | "unsure";
  readonly headline: string;
  readonly rows: readonly (readonly [name: string, text: string])[];
}

/** What a cover sheet says too, so that both can be compared. */
export interface Compared {
  /** Of the whole file, in hex; undefined where it was not read to its end. */
  readonly sha256: string | undefined;
  /** Of the keys that were given. */
  readonly fingerprints: readonly string[];
}

export function describeReport(report: BundleReport, compared: Compared): Words {
  const words = report.ok ? proven(report) : refused(report);
  const { sha256, fingerprints } = compared;
  const rows: Words["rows"][number][] = [...words.rows, ["Key fingerprint", fingerprints.join(", ")]];
  if (sha256 !== undefined) rows.push(["SHA-256 of the file", sha256]);
  return {
    verdict: words.verdict,
    headline: plain(words.headline),
    rows: rows.map(([name, text]) => [name, plain(text)]),
  };
}

function refused(report: Extract<BundleReport, { ok: false }>): Words {
  const rows: [string, string][] = [["Found at", `line ${report.line} of the file`]];
  if (report.sequence !== null) rows.unshift(["Entry", String(report.sequence)]);
  if (report.id !== null) rows.push(["Its id", report.id]);
  return { verdict: "refused", headline: `Not proven. ${report.reason}`, rows };
}

function proven(report: BundleProven): Words {
  const { entries, organization, range, proves, checkpoint, signed_by, witnesses, stated, origin } = report;
  const complete = proves === "complete" && range !== null;
  const rows: [string, string][] = [["Based on", trust(report)]];
  if (complete) rows.push(["Complete", `nothing is missing from sequence ${range.start} to ${range.end - 1}`]);
  else rows.push(["A selection", "entries can be missing"]);
  if (report.first !== null && report.last !== null) {
    rows.push(["First entry", place(report.first)], ["Last entry", place(report.last)]);
  }
  rows.push(
    ["Signed", `by the key ${signed_by.map(({ key_id }) => key_id).join(", ")} of ${origin}`],
    ["For a log of", `${checkpoint.size.toLocaleString("en")} entries`],
    ["Signed at", `${stated.signed_at}, by the log's own clock`],
  );
  for (const { name, key_id, cosigned_at } of witnesses) {
    rows.push(["Witnessed", `by ${name} (key ${key_id}) at ${cosigned_at}`]);
  }
  if (witnesses.length === 0) rows.push(["Witnessed", "not required"]);
  const { start, end } = stated.period;
  rows.push([
    "Asked for",
    `${start} to ${end ?? "now"}, ${filtersText(stated.filters)} (stated by the exporter, not proven)`,
  ]);
  return {
    verdict: "proven",
    headline: verdictText({ complete, entries, organization }),
    rows,
  };
}

/** By the names of the API: the page has none of the console's labels. */
function filtersText(filters: BundleProven["stated"]["filters"]): string {
  const parts = Object.entries(filters).map(([name, value]) => `${name} ${[value].flat().join(", ")}`);
  return parts.length === 0 ? "no filters" : `filters: ${parts.join("; ")}`;
}

/** Only a witness or a kept checkpoint can say that nothing was altered. */
function trust({ grade, kept, witnesses }: BundleProven): string {
  if (grade === "kept")
    return `the checkpoint you kept, over ${kept?.size} entries: nothing it covers was altered since`;
  if (grade === "witnessed") return `a witness: nothing was altered since ${witnesses[0]?.cosigned_at}`;
  return "a signature only: a person who has the log's key could have rewritten it. A witness's key rules that out";
}

function place({ sequence, id, recorded_at }: BundlePlace): string {
  return `${sequence} (${id}), recorded ${recorded_at}`;
}

/** Characters that could deceive, as visible escapes. */
function plain(text: string): string {
  return visibleText(text);
}
