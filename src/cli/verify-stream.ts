import { createReadStream, existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { hashing } from "@daybook/sdk/merkle";
import { NoteError, parseVerifierKey } from "@daybook/sdk/note";
import type { Command } from "commander";
import { sha256 } from "../crypto.ts";
import { givenIn, parsed, type Range, type StreamReport, StreamVerifier } from "../streams/index.ts";
import { keysOf, repeatable } from "./given-keys.ts";
import { plain } from "./verify-words.ts";

const NOT_PROVEN = 1;
/** Findings and gaps that are printed. */
const PRINTED_MAX = 20;

interface StreamOptions {
  key: string[];
  filtered?: boolean;
  json?: boolean;
}

/** `daybook verify stream`: what a SIEM or a bucket gives back, against the log's public key. It needs neither server nor data directory. */
export function addStreamVerification(verify: Command): void {
  verify
    .command("stream <files...>")
    .description(
      "verify what the receiver of a stream has stored: NDJSON, plain or compressed with gzip. Exit code: 0 proven, 1 not proven, 2 wrong usage",
    )
    .addOption(repeatable("--key <vkey>", "the organization's verifier key, or a file with one key a line; repeatable"))
    .option("--filtered", "the stream has a filter, so events can be missing")
    .option("--json", "print the reports as JSON")
    .action(async (files: string[], { key, filtered = false, json }: StreamOptions, command: Command) => {
      if (key.length === 0) command.error("daybook: give the organization's public key with --key");
      for (const file of files) if (!existsSync(file)) command.error(`daybook: there is no file ${file}`);
      const verifier = new StreamVerifier(trusted(key, command));
      let unknown = 0;
      for (const file of files) {
        for await (const line of linesOf(file)) {
          const found = givenIn(parsed(line));
          for (const given of found) verifier.take(given);
          if (found.length === 0 && line.trim() !== "") unknown++;
        }
      }
      const reports = await verifier.reports();
      const isProven = reports.length > 0 && reports.every((report) => proves(report, filtered));
      if (json) process.stdout.write(`${JSON.stringify({ ok: isProven, unknown_lines: unknown, reports })}\n`);
      else process.stdout.write(describe(reports, unknown, filtered));
      if (!isProven) process.exitCode = NOT_PROVEN;
    });
}

function trusted(keys: readonly string[], command: Command) {
  try {
    return keys.flatMap((key) => keysOf(key, command)).map((text) => hashing(parseVerifierKey(text), sha256));
  } catch (error) {
    if (error instanceof NoteError) command.error(`daybook: a key is not valid: ${error.message}`);
    throw error;
  }
}

function linesOf(file: string): AsyncIterable<string> {
  const bytes = createReadStream(file);
  const input = file.endsWith(".gz") ? bytes.pipe(createGunzip()) : bytes;
  return createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
}

function proves({ faults, missing, proven, checked, events }: StreamReport, filtered: boolean): boolean {
  if (faults > 0) return false;
  return filtered ? checked === events : missing.length === 0 && proven.length > 0;
}

function describe(reports: readonly StreamReport[], unknown: number, filtered: boolean): string {
  const texts = reports.map((report) => describeReport(report, filtered));
  if (reports.length === 0) texts.push("NOT PROVEN: there is no event of a stream in these files.\n");
  if (unknown > 0) texts.push(`${unknown.toLocaleString("en")} lines are not from a stream.\n`);
  return texts.join("\n");
}

function describeReport(report: StreamReport, filtered: boolean): string {
  const { organization, logId, events, repeated, checked, shortened, proven, missing, findings, faults } = report;
  const rows = [
    ["Events", `${events.toLocaleString("en")}, ${repeated.toLocaleString("en")} of them repeated`],
    ["Log", `${logId}, organization ${organization}`],
    [
      "Contents",
      checked === events
        ? "compared with their entries"
        : `${checked.toLocaleString("en")} compared with their entries`,
    ],
    ...(shortened === 0
      ? []
      : [["Shortened", `${shortened.toLocaleString("en")}: too large for the receiver, or refused`]]),
    ...(filtered
      ? []
      : [["Proven", proven.length === 0 ? "nothing: no signed checkpoint covers these events" : rangesOf(proven)]]),
    ...(missing.length === 0 || filtered ? [] : [["Missing", rangesOf(missing)]]),
    ...findings
      .slice(0, PRINTED_MAX)
      .map(({ sequence, reason }) => ["Fault", sequence === undefined ? reason : `event ${sequence}: ${reason}`]),
    ...(faults > PRINTED_MAX ? [["Faults", `${faults.toLocaleString("en")} in all`]] : []),
  ];
  return `${headline(report, filtered)}\n${rows.map(([name = "", text = ""]) => `  ${name.padEnd(12)}${plain(text)}\n`).join("")}`;
}

function headline(report: StreamReport, filtered: boolean): string {
  const { organization, proven, missing, checked, events } = report;
  const of = plain(organization);
  if (!proves(report, filtered)) {
    const why = missing.length > 0 && !filtered ? "events are missing" : "see below";
    return `NOT PROVEN: ${of}: ${why}`;
  }
  if (filtered) {
    return `UNALTERED: ${of}: each event is what its entry says. A filter leaves events out. So this cannot show whether others are missing, or whether the log holds these.`;
  }
  const range = rangesOf(proven);
  return checked === events
    ? `COMPLETE AND UNALTERED: ${of}, ${range}`
    : `COMPLETE, CONTENTS NOT CHECKED: ${of}, ${range}. With "proof": "entry" contents are checked, too.`;
}

function rangesOf(ranges: readonly Range[]): string {
  const shown = ranges
    .slice(0, PRINTED_MAX)
    .map(({ start, end }) => (end - start === 1 ? `${start}` : `${start} to ${end - 1}`));
  const more = ranges.length - shown.length;
  return `sequence ${shown.join(", ")}${more > 0 ? ` and ${more} more ranges` : ""}`;
}
