import type { BundlePlace, BundleProven, BundleReport } from "@daybook/sdk/bundle";
import { visibleText } from "../text/visible.ts";

/** What was found, for whoever has to rely on it. */
export interface Words {
  readonly verdict: "proven" | "refused" | "unsure";
  readonly headline: string;
  readonly rows: readonly (readonly [name: string, text: string])[];
}

export function describeReport(report: BundleReport): Words {
  const words = report.ok ? proven(report) : refused(report);
  return {
    verdict: words.verdict,
    headline: plain(words.headline),
    rows: words.rows.map(([name, text]) => [name, plain(text)]),
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
  const count = `${entries.toLocaleString("en")} ${entries === 1 ? "entry" : "entries"} of ${organization}`;
  const complete = proves === "complete" && range !== null;
  const rows: [string, string][] = [["Rests on", trust(report)]];
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
  if (witnesses.length === 0) rows.push(["Witnessed", "not asked for"]);
  const { start, end } = stated.period;
  rows.push([
    "Asked for",
    `${start} to ${end ?? "now"}, filters ${JSON.stringify(stated.filters)}  (stated by the exporter, not proven)`,
  ]);
  return {
    verdict: "proven",
    headline: complete ? `Authentic and complete: ${count}.` : `Authentic: ${count}.`,
    rows,
  };
}

/** Only a witness or a kept checkpoint can say that nothing was altered. */
function trust({ grade, kept, witnesses }: BundleProven): string {
  if (grade === "kept")
    return `the checkpoint you kept, over ${kept?.size} entries: nothing it covers was altered since`;
  if (grade === "witnessed") return `a witness: nothing was altered since ${witnesses[0]?.cosigned_at}`;
  return "a signature only: whoever holds the log's key can have rewritten it; a witness's key rules that out";
}

function place({ sequence, id, recorded_at }: BundlePlace): string {
  return `${sequence} (${id}), recorded ${recorded_at}`;
}

/** Characters that could deceive, as visible escapes. */
function plain(text: string): string {
  return visibleText(text);
}
