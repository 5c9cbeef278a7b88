import { type Finding, ok, warning } from "./contract.ts";

/** The last day on which a major version gets security fixes, as its makers announced it. */
const ENDS = {
  Node: { 18: "2025-04-30", 20: "2026-04-30", 22: "2027-04-30", 24: "2028-04-30", 26: "2029-04-30" },
  PostgreSQL: {
    12: "2024-11-21",
    13: "2025-11-13",
    14: "2026-11-12",
    15: "2027-11-11",
    16: "2028-11-09",
    17: "2029-11-08",
    18: "2030-11-14",
  },
} as const;

/** What to use instead of a version whose time is over. */
const INSTEAD = {
  Node: "Node 24",
  PostgreSQL: "PostgreSQL 16 or later",
  ClickHouse: "the newest LTS version (.3 or .8)",
};

/** ClickHouse supports a version for three months, and the LTS versions of March and August for a year. */
const CLICKHOUSE_MONTHS = { lts: 12, stable: 3 };

/** Whether a program still gets security fixes. A version that is newer than this table passes. @param version such as 24.1.0. */
export function checkSupport(program: keyof typeof INSTEAD, version: string, now: number): Finding {
  const check = program.toLowerCase();
  const end = program === "ClickHouse" ? clickhouseEnd(version) : ends(program, Number.parseInt(version, 10));
  if (end === undefined || now <= Date.parse(`${end}T23:59:59Z`))
    return ok(check, `${program} ${version} is supported.`);
  const message = `${program} ${version} has had no security fixes since ${end}.`;
  return warning(check, message, `Update to ${INSTEAD[program]}.`);
}

/** An odd major version of Node ends before the even one that follows it is half a year old. */
function ends(program: keyof typeof ENDS, major: number): string | undefined {
  const table: Readonly<Record<number, string>> = ENDS[program];
  const known = Object.keys(table).map(Number);
  if (major > Math.max(...known)) return undefined;
  return table[major] ?? table[Math.max(...known.filter((one) => one < major))] ?? table[Math.min(...known)];
}

function clickhouseEnd(version: string): string | undefined {
  const [, year, month] = /^(\d{2})\.(\d{1,2})\./.exec(version) ?? [];
  if (year === undefined || month === undefined) return undefined;
  const months = month === "3" || month === "8" ? CLICKHOUSE_MONTHS.lts : CLICKHOUSE_MONTHS.stable;
  const end = new Date(Date.UTC(2000 + Number(year), Number(month) + months, 0));
  return end.toISOString().slice(0, 10);
}
