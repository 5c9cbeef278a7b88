import type { Permission } from "./permission.ts";
import type { Request } from "./request.ts";

/** What a viewer token opens. */
export interface Viewer {
  readonly organization: { readonly id: string; readonly name: string; readonly time_zone: string | null };
  /** What is fixed: nothing outside it is shown, whatever else is asked for. */
  readonly filter: Readonly<Record<string, string | readonly string[]>> | null;
  readonly permissions: readonly Permission[];
  readonly expires_at: string;
}

export async function fetchViewer(request: Request, signal: AbortSignal): Promise<Viewer> {
  return (await request("/v1/viewer", { signal })).json();
}
