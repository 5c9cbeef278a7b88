import type { BundlePlace, BundleProven, BundleReport } from "@daybook/sdk/bundle";

/** A report in words for whoever has to rely on it. Ends with a newline. */
export function describeReport(report: BundleReport): string {
  if (!report.ok) {
    const where = report.id === null ? "" : `\n  Its id      ${plain(report.id)}`;
    return `NOT PROVEN: ${plain(report.reason)}${where}\n  Found at    line ${report.line} of the file\n`;
  }
  const rows = [...entryRows(report), ...signatureRows(report)];
  const lines = rows.map(([name, text]) => `  ${name.padEnd(12)}${plain(text)}\n`);
  return `${headline(report)}\n${lines.join("")}`;
}

function headline(report: BundleProven): string {
  const { proves, entries, organization, range } = report;
  const count = `${entries.toLocaleString("en")} ${entries === 1 ? "entry" : "entries"} of ${plain(organization)}`;
  if (entries === 0) {
    return `AUTHENTIC, AND EMPTY: no entry of ${plain(organization)}\n${trust(report)}\nThe exporter says that nothing matched. This does not prove that nothing is missing.`;
  }
  if (proves === "selection" || range === null) {
    return `AUTHENTIC: ${count}\n${trust(report)}\nThis is a selection: each entry is authentic, and others can be missing.`;
  }
  return `AUTHENTIC AND COMPLETE: ${count}\n${trust(report)}\nNo entry is missing from sequence ${range.start} to ${range.end - 1}.`;
}

/** What the verdict rests on. Only a witness or a kept checkpoint can say that nothing was altered. */
function trust({ grade, kept, witnesses }: BundleProven): string {
  if (grade === "kept") {
    return `Matches the checkpoint you kept, over ${(kept?.size ?? 0).toLocaleString("en")} entries: nothing it covers was altered since.`;
  }
  if (grade === "witnessed") {
    const [first] = witnesses;
    return `Witnessed: nothing was altered since ${first?.cosigned_at}, when ${plain(first?.name ?? "")} saw this log.`;
  }
  return "Signed only: whoever holds the log's key could have rewritten it. --witness or --checkpoint rules that out.";
}

function entryRows(report: BundleProven): [string, string][] {
  const { first, last, happened, range } = report;
  const rows: [string, string][] = [];
  if (first && last) rows.push(["Recorded", `from ${first.recorded_at} to ${last.recorded_at}`]);
  if (happened) rows.push(["Happened", `from ${happened.from} to ${happened.to}, as their senders said`]);
  if (range) {
    rows.push(["Before them", range.before ? neighbour(range.before) : "nothing: the log begins here"]);
    rows.push(["After them", range.after ? neighbour(range.after) : "nothing yet when it was signed"]);
  }
  return rows;
}

function signatureRows({ checkpoint, signed_by, witnesses, stated, origin }: BundleProven): [string, string][] {
  const keys = signed_by.map(({ key_id }) => key_id).join(", ");
  return [
    ["Signed", `by the key ${keys} of ${origin}, for a log of ${checkpoint.size.toLocaleString("en")} entries`],
    ["Signed at", `${stated.signed_at}, by the log's own clock`],
    ...(witnesses.length === 0
      ? [["Witnessed", "not checked (give --witness)"] as [string, string]]
      : witnesses.map(({ name, key_id, cosigned_at }): [string, string] => [
          "Witnessed",
          `by ${name} (key ${key_id}) at ${cosigned_at}`,
        ])),
    [
      "Asked for",
      `${period(stated.period)}, filters ${JSON.stringify(stated.filters)} (stated by the exporter, not proven)`,
    ],
  ];
}

function neighbour({ sequence, recorded_at }: BundlePlace): string {
  return `entry ${sequence}, recorded ${recorded_at}`;
}

function period({ start, end }: { readonly start: string; readonly end?: string }): string {
  return end === undefined ? `from ${start} on` : `from ${start} to before ${end}`;
}

/** Control and bidi characters as visible escapes: a file's text must not steer the terminal. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
