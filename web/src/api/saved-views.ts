import { queryOptions } from "@tanstack/react-query";
import { request, send } from "./request.ts";
import type { SavedView } from "./schema.ts";

export type { SavedView };

type ViewFields = Pick<SavedView, "name" | "query" | "shared">;

function viewsPath(organization: string, id?: string): string {
  const path = `/v1/organizations/${encodeURIComponent(organization)}/views`;
  return id === undefined ? path : `${path}/${encodeURIComponent(id)}`;
}

/** One's own and the shared ones, by name. */
export const savedViewsQuery = (organization: string) =>
  queryOptions({
    queryKey: ["saved-views", organization],
    queryFn: async ({ signal }): Promise<readonly SavedView[]> => {
      const body: { data: SavedView[] } = await (await request(viewsPath(organization), { signal })).json();
      return body.data;
    },
  });

/** @throws Problem */
export async function saveView(organization: string, view: ViewFields): Promise<SavedView> {
  return (await send("POST", viewsPath(organization), view)).json();
}

/** @throws Problem */
export async function changeView(organization: string, id: string, change: Partial<ViewFields>): Promise<SavedView> {
  return (await send("PATCH", viewsPath(organization, id), change)).json();
}

/** @throws Problem */
export async function deleteView(organization: string, id: string): Promise<void> {
  await send("DELETE", viewsPath(organization, id));
}
