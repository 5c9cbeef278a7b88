import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { Permission } from "./permission.ts";
import { Problem } from "./problem.ts";
import { request, send } from "./request.ts";

export interface OrganizationDetails {
  readonly id: string;
  readonly name: string;
  readonly time_zone: string | null;
  /** What happens to events whose permanent fields look personal. */
  readonly personal_ids: "warn" | "refuse";
  readonly created_at: string;
  /** Days after which events are deleted; null keeps them for ever. */
  readonly retention_days: number | null;
  /** What one may do there. */
  readonly permissions: readonly Permission[];
}

export interface ListedOrganization {
  readonly id: string;
  readonly name: string;
  readonly time_zone: string | null;
  readonly created_at: string;
  readonly members: number;
}

interface OrganizationsPage {
  readonly data: readonly ListedOrganization[];
  readonly next_cursor: string | null;
}

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

export interface OrganizationChange {
  name?: string;
  time_zone?: string | null;
  personal_ids?: "warn" | "refuse";
}

export async function updateOrganization(id: string, change: OrganizationChange): Promise<OrganizationDetails> {
  return (await send("PATCH", `/v1/organizations/${encodeURIComponent(id)}`, change)).json();
}
