import type { Stream } from "../api/streams.ts";

/** One field of a form. What it means, and what is wrong with it, the server says. */
export interface KindField {
  /** Also where the server points to: `/config/url`, `/secrets/token`. */
  readonly name: string;
  readonly label: string;
  readonly of: "config" | "secrets";
  readonly placeholder?: string;
  readonly hint?: string;
  readonly optional?: true;
  /** Default: text. `headers` are lines of `Name: value`. */
  readonly input?: "number" | "headers" | "template";
  readonly choices?: readonly string[];
}

interface StreamKind {
  readonly label: string;
  readonly formats: readonly Stream["format"][];
  readonly fields: readonly KindField[];
  /** What whoever chooses it should know. */
  readonly note?: string;
}

const config = (name: string, label: string, more: Omit<KindField, "name" | "label" | "of"> = {}): KindField => ({
  name,
  label,
  of: "config",
  ...more,
});
const secret = (name: string, label: string, more: Omit<KindField, "name" | "label" | "of"> = {}): KindField => ({
  name,
  label,
  of: "secrets",
  ...more,
});
const optional = true;

/** Every type of receiver, in the order it is offered. */
export const KINDS: Readonly<Record<Stream["type"], StreamKind>> = {
  webhook: {
    label: "Webhook",
    formats: ["daybook", "ocsf"],
    fields: [config("url", "URL", { placeholder: "https://app.example.com/hooks/audit" })],
    note: "Signed as Standard Webhooks says. You get the secret once the stream is created.",
  },
  splunk_hec: {
    label: "Splunk (HEC)",
    formats: ["daybook", "ocsf", "cef"],
    fields: [
      config("url", "Collector URL", { placeholder: "https://splunk.example.com:8088" }),
      secret("token", "Token"),
      config("index", "Index", { optional }),
    ],
  },
  datadog: {
    label: "Datadog",
    formats: ["daybook", "ocsf"],
    fields: [
      config("site", "Site", { placeholder: "datadoghq.com", optional }),
      secret("api_key", "API key"),
      config("tags", "Tags", { placeholder: "env:prod,team:security", optional }),
    ],
  },
  s3: {
    label: "S3 bucket",
    formats: ["daybook", "ocsf", "cef"],
    fields: [
      config("bucket", "Bucket"),
      config("region", "Region", { placeholder: "eu-west-1" }),
      config("prefix", "Prefix", { placeholder: "daybook/", optional }),
      config("endpoint", "Endpoint", { hint: "Only for a service other than Amazon's.", optional }),
      config("access_key_id", "Access key ID"),
      secret("secret_access_key", "Secret access key"),
    ],
    note: "Object Lock can be set with the API.",
  },
  syslog: {
    label: "Syslog",
    formats: ["daybook", "ocsf", "cef"],
    fields: [
      config("host", "Host", { placeholder: "syslog.example.com" }),
      config("port", "Port", { placeholder: "6514", input: "number" }),
      config("transport", "Transport", { choices: ["tls", "tcp", "udp"] }),
    ],
    note: "Syslog has no acknowledgement. If a connection breaks, messages on their way can be lost.",
  },
  otlp: {
    label: "OpenTelemetry (OTLP)",
    formats: ["daybook", "ocsf"],
    fields: [
      config("url", "Logs URL", { placeholder: "https://otel.example.com:4318/v1/logs" }),
      secret("headers", "Header fields", { input: "headers", optional }),
    ],
  },
  elasticsearch: {
    label: "Elasticsearch or OpenSearch",
    formats: ["daybook", "ocsf"],
    fields: [
      config("url", "URL", { placeholder: "https://es.example.com:9200" }),
      config("index", "Index or data stream"),
      secret("api_key", "API key", { optional }),
      config("username", "User name", { hint: "With a password instead of an API key.", optional }),
      secret("password", "Password", { optional }),
    ],
  },
  http: {
    label: "Other HTTP receiver",
    formats: ["daybook", "ocsf"],
    fields: [
      config("url", "URL"),
      config("framing", "Records of a request", { choices: ["lines", "array", "each"] }),
      secret("headers", "Header fields", { input: "headers", optional }),
      config("template", "Template", { input: "template", optional }),
      config("token_url", "Token URL", {
        hint: "Only for a receiver that asks for OAuth 2.0 client credentials.",
        optional,
      }),
      config("client_id", "Client ID", { optional }),
      config("scope", "Scope", { optional }),
      secret("client_secret", "Client secret", { optional }),
    ],
  },
  file: {
    label: "File on the server",
    formats: ["daybook", "ocsf", "cef"],
    fields: [config("rotate_mib", "MiB of a file", { placeholder: "100", input: "number", optional })],
    note: "Only if the operator has set --stream-directory.",
  },
};

export const FORMAT_LABELS: Readonly<Record<Stream["format"], string>> = {
  daybook: "Daybook JSON",
  ocsf: "OCSF 1.8",
  cef: "CEF",
};

/** What a stream contains beside its events, and what that proves. */
export const PROOFS: Readonly<Record<Stream["proof"], { label: string; hint: string }>> = {
  checkpoints: { label: "Checkpoints", hint: "You can prove that no event is missing." },
  entry: { label: "Checkpoints and entries", hint: "You can prove that no event is missing or altered." },
  none: { label: "None", hint: "The stream contains only events." },
};

/** Where a stream goes to, in one line. */
export function destinationOf({ type, config: fields }: Stream): string {
  const { url, bucket, host, port, site } = fields as Record<string, unknown>;
  if (typeof url === "string") return url;
  if (typeof bucket === "string") return bucket;
  if (typeof host === "string") return `${host}:${String(port)}`;
  return typeof site === "string" ? site : KINDS[type].label;
}
