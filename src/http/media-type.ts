import { DaybookError } from "../errors.ts";

/** How a body holds events: one JSON text, or one on each line. */
export type BodyForm = "json" | "lines";

const FORMS: ReadonlyMap<string, BodyForm> = new Map([
  ["application/json", "json"],
  ["application/x-ndjson", "lines"],
  ["application/ndjson", "lines"],
  ["application/jsonl", "lines"],
  ["application/x-jsonl", "lines"],
  ["application/jsonlines", "lines"],
  ["application/x-jsonlines", "lines"],
]);

const CLOUD_EVENTS = /^application\/cloudevents(-batch)?\+/;

/** @throws DaybookError `unsupported_media_type`, saying what is taken. */
export function eventsForm(contentType: string | undefined): BodyForm {
  const form = FORMS.get(essence(contentType));
  if (form !== undefined) {
    requireUtf8(contentType);
    return form;
  }
  const taken = "application/json or application/x-ndjson";
  throw unsupported(
    CLOUD_EVENTS.test(essence(contentType))
      ? `CloudEvents are not taken. Send what is in data, as ${taken}.`
      : `The content type must be ${taken}.`,
  );
}

/** @throws DaybookError `unsupported_media_type` */
export function requireJson(contentType: string | undefined): void {
  if (essence(contentType) !== "application/json") throw unsupported("The content type must be application/json.");
  requireUtf8(contentType);
}

function essence(contentType = ""): string {
  return (contentType.split(";")[0] ?? "").trim().toLowerCase();
}

/** JSON is UTF-8 (RFC 8259 §8.1). Bytes of another charset would be refused, or worse, read as other characters. */
function requireUtf8(contentType = ""): void {
  const [, quoted, plain] = /;\s*charset\s*=\s*(?:"([^"]*)"|([^;\s]*))/i.exec(contentType) ?? [];
  const charset = (quoted ?? plain)?.toLowerCase();
  if (charset === undefined || CHARSETS.has(charset)) return;
  throw unsupported("The charset must be utf-8, or left out.");
}

const CHARSETS: ReadonlySet<string> = new Set(["utf-8", "utf8", "us-ascii"]);

function unsupported(detail: string): DaybookError {
  return new DaybookError("unsupported_media_type", detail);
}
