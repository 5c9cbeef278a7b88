import { datadog } from "./datadog.ts";
import { elasticsearch } from "./elasticsearch.ts";
import { file } from "./file.ts";
import { http } from "./http.ts";
import { otlp } from "./otlp.ts";
import { s3 } from "./s3.ts";
import type { SinkKind } from "./sink-kind.ts";
import { splunk } from "./splunk.ts";
import { syslog } from "./syslog.ts";
import { webhook } from "./webhook.ts";

/** Every type of receiver. To add one, add a file beside this one and a line here. */
const KINDS = [webhook, splunk, datadog, s3, syslog, otlp, elasticsearch, http, file] as const;

export const SINK_KINDS: readonly SinkKind[] = KINDS;

/** @throws Error for a type that this Daybook does not know. */
export function sinkKindOf(type: string): SinkKind {
  const kind = SINK_KINDS.find((one) => one.type === type);
  if (kind === undefined) throw new Error(`there is no sink of type ${type}`);
  return kind;
}
