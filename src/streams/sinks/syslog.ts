import { z } from "zod";
import { shortText } from "./fields.ts";
import { sinkKind } from "./sink-kind.ts";
import { SyslogConnection } from "./syslog-connection.ts";
import { octetCounted, syslogMessage } from "./syslog-message.ts";

/** More than the bytes before a record in its message. */
const HEADER_BYTES = 512;
/** The longest message that fits into a datagram. */
const DATAGRAM_BYTES_MAX = 65_000;
/** RFC 5424 §6.2.1: log audit. */
const FACILITY = 13;
/** The longest message that rsyslog accepts by default. It cuts off the rest silently. */
const MESSAGE_BYTES_MAX = 8_192;

const PORT = "must be a number from 1 to 65535";
const TRANSPORTS = ["tls", "tcp", "udp"] as const;

/** PRINTUSASCII of RFC 5424. */
const word = (max: number) => shortText.regex(/^[\x21-\x7e]+$/, "must be printable ASCII without spaces").max(max);

/** Syslog (RFC 5424) over TLS (RFC 5425), TCP or UDP, with octet counting. The records are JSON or CEF. */
export const syslog = sinkKind({
  type: "syslog",
  config: z.strictObject({
    host: word(255),
    port: z.int(PORT).min(1, PORT).max(65_535, PORT),
    transport: z.enum(TRANSPORTS, { error: `must be one of ${TRANSPORTS.join(", ")}` }).default("tls"),
    ca: z
      .string()
      .max(65_536, "must be at most 65536 characters")
      .regex(/^-----BEGIN CERTIFICATE-----/, "must be certificates in PEM")
      .optional()
      .meta({ description: "Certificates to trust instead of the system's, in PEM." }),
    facility: z
      .int("must be a whole number")
      .min(0, "must be from 0 to 23")
      .max(23, "must be from 0 to 23")
      .default(FACILITY),
    hostname: word(255).default("daybook"),
    app_name: word(48).default("daybook"),
    max_message_bytes: z
      .int("must be a whole number")
      .min(2_048, "must be from 2048 to 262144")
      .max(262_144, "must be from 2048 to 262144")
      .default(MESSAGE_BYTES_MAX)
      .meta({
        description: "The longest record that the receiver accepts. A longer one is sent shortened, and says so.",
      }),
  }),
  secrets: z.strictObject({}),
  formats: ["daybook", "ocsf", "cef"],
  open({ host, port, transport, ca, facility, hostname, app_name, max_message_bytes }, _, { destinations, clock }) {
    const connection = new SyslogConnection({ host, port, transport, ca }, destinations, clock);
    const largest = transport === "udp" ? Math.min(max_message_bytes, DATAGRAM_BYTES_MAX) : max_message_bytes;
    return {
      limits: { records: 1_000, bytes: 1024 * 1024, recordBytes: largest - HEADER_BYTES, lingerMs: 0 },
      async send({ records, logId }, signal) {
        const header = { facility, hostname, appName: app_name, logId };
        const messages = records.map((record) => syslogMessage(record, header));
        await connection.send(messages, octetCounted, signal);
      },
      close: () => connection.close(),
    };
  },
});
