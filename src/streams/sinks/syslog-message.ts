import type { OutgoingRecord } from "../contract.ts";

/** RFC 5424 §6.2.1: 4 warning, 5 notice, 6 informational. */
const WARNING = 4;
const NOTICE = 5;
const INFORMATIONAL = 6;

/** Own names need a private enterprise number. This one is reserved for documentation (RFC 5612), and many products use it. */
const SD_ID = "daybook@32473";

export interface SyslogHeader {
  readonly facility: number;
  readonly hostname: string;
  readonly appName: string;
  readonly logId: string;
}

/** A message of RFC 5424. Its structured data says where it belongs in the log; its text is the record. */
export function syslogMessage(record: OutgoingRecord, { facility, hostname, appName, logId }: SyslogHeader): string {
  const { time, organization, sequence, leafHash, text, event, kind } = record;
  const priority = facility * 8 + severityOf(record);
  const name = (event?.action ?? kind).slice(0, 32);
  const data = [
    `log="${logId}"`,
    `tenant="${organization}"`,
    `sequence="${sequence}"`,
    ...(leafHash === undefined ? [] : [`leaf="${leafHash}"`]),
  ];
  const timestamp = new Date(time).toISOString();
  return `<${priority}>1 ${timestamp} ${hostname} ${appName} - ${name} [${SD_ID} ${data.join(" ")}] ${text}`;
}

function severityOf({ kind, event }: OutgoingRecord): number {
  if (kind === "checkpoint") return NOTICE;
  return event?.outcome === "failure" || event?.outcome === "denied" ? WARNING : INFORMATIONAL;
}

/** RFC 6587 §3.4.1: the length in bytes comes before each message, so that no message can end another one. */
export function octetCounted(message: string): string {
  return `${Buffer.byteLength(message)} ${message}`;
}
