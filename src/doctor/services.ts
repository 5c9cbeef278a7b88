import { ClickHouseLogLevel, createClient } from "@clickhouse/client";
import type { Client } from "pg";
import { ANSWER_MS, type Finding, ok, type Patient, problem, reasonOf } from "./contract.ts";
import { CLOCK_MS_MAX } from "./machine.ts";
import { measureSharedLog } from "./shared-log.ts";
import { checkSupport } from "./support.ts";

/** The databases that Daybook uses: whether they answer, their version, and their clock. */
export async function checkServices({ config, now }: Patient): Promise<Finding[]> {
  const { databaseUrl, logUrl, clickhouseUrl, logArchive } = config;
  const findings: Finding[] = [];
  if (logUrl !== undefined) {
    let measured: Finding | undefined;
    const measure = async (client: Client) => {
      measured = await measureSharedLog(client, logArchive !== undefined);
    };
    findings.push(...(await examine("log database", "LOG_URL", now, () => askPostgres(logUrl, measure))));
    if (measured !== undefined) findings.push(measured);
  }
  if (databaseUrl !== undefined && databaseUrl !== logUrl) {
    findings.push(...(await examine("identity database", "DATABASE_URL", now, () => askPostgres(databaseUrl))));
  }
  if (clickhouseUrl !== undefined) {
    findings.push(...(await examine("search database", "CLICKHOUSE_URL", now, () => askClickHouse(clickhouseUrl))));
  }
  return findings;
}

/** What fails is a finding; the client would print it too. */
const SILENT = { level: ClickHouseLogLevel.OFF };

interface Answer {
  readonly program: "PostgreSQL" | "ClickHouse";
  readonly version: string;
  /** Milliseconds since the Unix epoch. */
  readonly clock: number;
}

async function examine(check: string, variable: string, now: number, ask: () => Promise<Answer>): Promise<Finding[]> {
  const began = performance.now();
  let answer: Answer;
  try {
    answer = await ask();
  } catch (error) {
    const advice = `Check ${variable}, the network between both machines, and that the server runs.`;
    return [problem(check, `The server at ${variable} cannot be used: ${reasonOf(error)}.`, advice)];
  }
  const { program, version, clock } = answer;
  const ahead = Math.round((now + (performance.now() - began) - clock) / 1000);
  const differs = problem(
    check,
    `The clock here and that of ${program} differ by ${Math.abs(ahead)} seconds.`,
    "Keep both right with NTP.",
  );
  return [
    ok(check, `${program} ${version} at ${variable} answers.`),
    { ...checkSupport(program, version, now), check },
    ...(Math.abs(ahead) * 1000 > CLOCK_MS_MAX ? [differs] : []),
  ];
}

async function askPostgres(url: string, andThen?: (client: Client) => Promise<void>): Promise<Answer> {
  const { default: pg } = await import("pg");
  const client = new pg.Client({
    connectionString: url,
    application_name: "daybook doctor",
    connectionTimeoutMillis: ANSWER_MS,
    query_timeout: ANSWER_MS,
  });
  // The query reports what fails; without a listener the process would end.
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string; clock: string }>(
      "select current_setting('server_version') as version, extract(epoch from clock_timestamp()) * 1000 as clock",
    );
    const [row] = rows;
    if (row === undefined) throw new Error("it answered nothing");
    await andThen?.(client);
    return { program: "PostgreSQL", version: row.version.split(" ", 1)[0] ?? row.version, clock: Number(row.clock) };
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function askClickHouse(url: string): Promise<Answer> {
  const client = createClient({ url, application: "daybook doctor", request_timeout: ANSWER_MS, log: SILENT });
  try {
    const answer = await client.query({
      query: "select version() as version, toUnixTimestamp64Milli(now64(3)) as clock",
      format: "JSONEachRow",
    });
    const [row] = await answer.json<{ version: string; clock: string }>();
    if (row === undefined) throw new Error("it answered nothing");
    return { program: "ClickHouse", version: row.version, clock: Number(row.clock) };
  } finally {
    await client.close();
  }
}
