import { Command } from "commander";
import { addServerOptions, type Config, toConfig } from "../config.ts";
import type { Finding, Level } from "../doctor/index.ts";
import { readAnnouncement } from "./announcement.ts";
import { plain } from "./verify-words.ts";

const NOT_WELL = 1;

/** As long as the longest name of a check. */
const CHECK_COLUMNS = 18;
const LEVEL_TEXT: Readonly<Record<Level, string>> = { ok: "ok", warning: "WARNING", problem: "PROBLEM" };

/** `daybook doctor`: takes the server's options and environment, so that it looks at what the server would use. */
export function doctorCommand(): Command {
  return addServerOptions(new Command("doctor"))
    .description("check how Daybook is set up here. Exit code: 0 no problem, 1 warnings or problems, 2 wrong usage")
    .option("--json", "print the findings as JSON")
    .action(async ({ json, ...options }: Partial<Config> & { json?: boolean }) => {
      const { examine } = await import("../doctor/index.ts");
      const config = toConfig(options);
      const findings = await examine({ config, server: readAnnouncement(config.dataDir), now: Date.now() });
      const isWell = findings.every(({ level }) => level === "ok");
      process.stdout.write(json ? `${JSON.stringify({ ok: isWell, findings })}\n` : describe(findings));
      if (!isWell) process.exitCode = NOT_WELL;
    });
}

function describe(findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ check, level, message, advice }) => [
    `${LEVEL_TEXT[level].padEnd(9)}${check.padEnd(CHECK_COLUMNS)}${message}`,
    ...(advice === undefined ? [] : [`${" ".repeat(9 + CHECK_COLUMNS)}${advice}`]),
  ]);
  const count = (level: Level) => findings.filter((finding) => finding.level === level).length;
  const total = `${count("problem")} problems, ${count("warning")} warnings, ${count("ok")} checks passed`;
  return `${lines.map((line) => `${plain(line)}\n`).join("")}\n${total}.\n`;
}
