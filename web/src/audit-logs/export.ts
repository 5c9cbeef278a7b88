import { Problem } from "../api/problem.ts";
import type { Request } from "../api/request.ts";
import type { NamedFile } from "../files.ts";

function fileName(response: Response): string {
  const disposition = response.headers.get("content-disposition") ?? "";
  return /filename="([^"\\/]+)"/.exec(disposition)?.[1] ?? "audit-logs.csv";
}

/** Counts the bytes that pass. */
function counter(onBytes: (bytes: number) => void): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      onBytes(bytes);
      controller.enqueue(chunk);
    },
  });
}

/**
 * Every event of a query as a CSV file, UTF-8 with a byte order mark. The browser keeps the bytes as they come (on disk when they are many);
 * a stream that breaks off is an error, never a shorter file.
 * It is named as the server says: whose events, and of which days.
 * @param onBytes how many bytes have come.
 * @throws Problem; the signal's reason when aborted.
 */
export async function fetchExport(
  request: Request,
  query: URLSearchParams,
  options: { signal: AbortSignal; onBytes: (bytes: number) => void },
): Promise<NamedFile> {
  const parameters = new URLSearchParams([["format", "csv"], ["bom", "true"], ...query]);
  const response = await request(`/v1/events/export?${parameters}`, { signal: options.signal });
  const headers = { "content-type": "text/csv;charset=utf-8" };
  const counted = response.body?.pipeThrough(counter(options.onBytes)) ?? null;
  try {
    return { name: fileName(response), content: await new Response(counted, { headers }).blob() };
  } catch (cause) {
    if (options.signal.aborted) throw cause;
    throw new Problem("network", "The connection broke off, so the file would not have been whole", { cause });
  }
}
