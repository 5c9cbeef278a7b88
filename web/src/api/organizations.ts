import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { Problem } from "./problem.ts";
import { request, send } from "./request.ts";
import type {
  ListedOrganization,
  OrganizationChange,
  OrganizationsPage,
  Permission,
  SeenOrganization,
} from "./schema.ts";

/** As a person sees it, with what they can do there. */
export type OrganizationDetails = SeenOrganization & { readonly permissions: readonly Permission[] };

export type { ListedOrganization, OrganizationChange };

const PAGE_ROWS = "50";

export const organizationQuery = (id: string) =>
  queryOptions({
    queryKey: ["organization", id],
    queryFn: async ({ signal }): Promise<OrganizationDetails> =>
      (await request(`/v1/organizations/${encodeURIComponent(id)}`, { signal })).json(),
  });

/** Every organization of the deployment, by id. @param q part of an id or a name. */
export const organizationsQuery = (q: string) =>
  infiniteQueryOptions({
    queryKey: ["organizations", q],
    queryFn: async ({ pageParam, signal }): Promise<OrganizationsPage> => {
      const query = new URLSearchParams({ limit: PAGE_ROWS });
      if (q !== "") query.set("q", q);
      if (pageParam !== undefined) query.set("cursor", pageParam);
      return (await request(`/v1/organizations?${query}`, { signal })).json();
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });

async function exists(id: string): Promise<boolean> {
  try {
    await request(`/v1/organizations/${encodeURIComponent(id)}`);
    return true;
  } catch (error) {
    if (error instanceof Problem && error.code === "not_found") return false;
    throw error;
  }
}

/** @throws Problem `taken`, at `/id`, when there is one: the call itself would rename it. */
export async function createOrganization(id: string, name: string): Promise<void> {
  if (await exists(id)) {
    const errors = [{ pointer: "/id", message: "is taken by another organization" }];
    throw new Problem("taken", "There is an organization with this ID already.", { status: 409, errors });
  }
  await send("PUT", `/v1/organizations/${encodeURIComponent(id)}`, { name });
}

export async function updateOrganization(id: string, change: OrganizationChange): Promise<OrganizationDetails> {
  return (await send("PATCH", `/v1/organizations/${encodeURIComponent(id)}`, change)).json();
}
