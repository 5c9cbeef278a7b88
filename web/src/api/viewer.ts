import type { Request } from "./request.ts";
import type { Viewer } from "./schema.ts";

export type { Viewer };

export async function fetchViewer(request: Request, signal: AbortSignal): Promise<Viewer> {
  return (await request("/v1/viewer", { signal })).json();
}
