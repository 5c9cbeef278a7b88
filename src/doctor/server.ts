import { ANSWER_MS, type Finding, ok, type Patient, problem, reasonOf, warning } from "./contract.ts";

/** What the metrics of a running server say of it, each with the value from which on it is worse than it should be. */
const SIGNS: readonly { metric: string; isBad: (value: number) => boolean; finding: Finding }[] = [
  {
    metric: "daybook_integrity_alarm",
    isBad: (value) => value > 0,
    finding: problem(
      "server",
      "The integrity alarm is on: what is stored is not what was acknowledged or signed.",
      "Delete nothing. See docs/troubleshooting.md, When verification finds something.",
    ),
  },
  {
    metric: "daybook_log_read_only",
    isBad: (value) => value > 0,
    finding: problem("server", "The log is read-only: it takes no events.", "Free space on the disk."),
  },
  {
    metric: "daybook_log_archive_failing",
    isBad: (value) => value > 0,
    finding: problem(
      "server",
      "Segments of the shared log cannot be moved to the bucket, or one in the bucket is bad.",
      "See the server's log, and docs/scaling.md, Keep PostgreSQL small.",
    ),
  },
  {
    metric: "daybook_verification_findings",
    isBad: (value) => value > 0,
    finding: problem(
      "server",
      "The last full verification found differences.",
      "See docs/troubleshooting.md, When verification finds something.",
    ),
  },
  {
    metric: "daybook_clock_offset_seconds",
    isBad: (value) => Math.abs(value) > 600,
    finding: problem(
      "clock",
      "The clock is more than ten minutes from the log's time.",
      "Correct the clock. See docs/operating.md, Clock.",
    ),
  },
  {
    metric: "daybook_witness_behind",
    isBad: (value) => value > 0,
    finding: warning(
      "witness",
      "A witness has not cosigned the newest checkpoint of every organization.",
      "If this does not change within a minute, see the server's log.",
    ),
  },
];

/** What the server says that runs on the data directory. It is fine when none runs. */
export async function checkServer({ server }: Patient): Promise<Finding[]> {
  const check = "server";
  if (server === undefined) return [ok(check, "No server runs on this data directory.")];
  let text: string;
  try {
    const response = await fetch(new URL("/metrics", server.url), {
      headers: { authorization: `Bearer ${server.token}` },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    text = await response.text();
  } catch (error) {
    const message = `The server that was started at ${server.url} does not answer: ${reasonOf(error)}.`;
    return [problem(check, message, "Start it. If it runs, see its log.")];
  }
  const measured = (metric: string) => new RegExp(`^${metric} (\\S+)$`, "m").exec(text)?.[1];
  // Of several nodes all but one only read, and that is right.
  const follows = measured("daybook_node_leads") === "0";
  const bad = SIGNS.filter(({ metric, isBad }) => {
    const value = metric === "daybook_log_read_only" && follows ? undefined : measured(metric);
    return value !== undefined && isBad(Number(value));
  });
  return [ok(check, `The server at ${server.url} answers.`), ...bad.map(({ finding }) => finding)];
}

/** Sign-in needs a secure context: browsers drop the session's cookie elsewhere. */
export function checkAddress({ config }: Patient): Finding {
  const check = "address";
  const { url } = config;
  if (url === undefined)
    return ok(check, "The public address is the address that the server listens on (--url is not set).");
  const { protocol, hostname } = new URL(url);
  const isLocal = hostname === "localhost" || hostname === "127.0.0.1" || hostname === "[::1]";
  if (protocol === "https:" || isLocal) return ok(check, `People use ${url}.`);
  return problem(
    check,
    `Nobody can sign in at ${url}: it is not HTTPS.`,
    "Put a TLS proxy in front, and set --url to its address.",
  );
}
