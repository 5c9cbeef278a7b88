import { Problem } from "../../api/problem.ts";
import type { Request } from "../../api/request.ts";
import type { NamedFile } from "../../save-file.ts";
import { type ExportFormat, FORMATS, rowCounter } from "./formats.ts";
import type { Sealed, Sealing } from "./hand-off/sealing.ts";

export interface Progress {
  readonly rows: number;
  readonly bytes: number;
}

/** A file that the person chose; a write that breaks off leaves it as it was. */
export type ChosenFile = Pick<FileSystemFileHandle, "name" | "createWritable">;

interface ExportOptions {
  readonly format: ExportFormat;
  readonly signal: AbortSignal;
  /** Called as they come. */
  readonly onProgress: (progress: Progress) => void;
  /** Written to as the bytes come; without it the browser keeps them until the file is whole. */
  readonly file: ChosenFile | undefined;
}

function fileName(response: Response, format: ExportFormat): string {
  const disposition = response.headers.get("content-disposition") ?? "";
  return /filename="([^"\\/]+)"/.exec(disposition)?.[1] ?? `audit-logs.${FORMATS[format].extension}`;
}

/** What an export ended as. */
interface Exported {
  readonly name: string;
  /** Absent where it was written to a chosen file. */
  readonly content?: NamedFile["content"];
  /** Of a bundle: what its cover sheet says. */
  readonly sealed?: Sealed;
}

/** Counts what passes. */
function counter(
  format: ExportFormat,
  onProgress: ExportOptions["onProgress"],
  sealing: Sealing | undefined,
): TransformStream<Uint8Array, Uint8Array> {
  const rows = rowCounter(format);
  let bytes = 0;
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      rows.take(chunk);
      sealing?.take(chunk);
      onProgress({ rows: rows.rows, bytes });
      controller.enqueue(chunk);
    },
  });
}

/**
 * Every event of a query as a file. A stream that breaks off is an error, never a shorter file. It is named as the server says (whose
 * events, and of which days), unless somebody chose a file.
 * @throws Problem; the signal's reason when aborted.
 */
export async function fetchExport(
  request: Request,
  query: URLSearchParams,
  { format, signal, onProgress, file }: ExportOptions,
): Promise<Exported> {
  const { parameters, mediaType } = FORMATS[format];
  const sealing = format === "bundle" ? new (await import("./hand-off/sealing.ts")).Sealing() : undefined;
  const search = new URLSearchParams([...Object.entries(parameters), ...query]);
  const response = await request(`/v1/events/export?${search}`, { signal });
  const counted = response.body?.pipeThrough(counter(format, onProgress, sealing)) ?? null;
  try {
    if (file !== undefined && counted !== null) {
      await counted.pipeTo(await file.createWritable(), { signal });
      return { name: file.name, ...sealing?.finish() };
    }
    const content = await new Response(counted, { headers: { "content-type": mediaType } }).blob();
    return { name: fileName(response, format), content, ...sealing?.finish() };
  } catch (cause) {
    if (signal.aborted) throw cause;
    const message = file
      ? "The connection broke off, or the file could not be written. The file is incomplete"
      : "The connection broke off. The file is incomplete";
    throw new Problem("network", message, { cause });
  }
}
