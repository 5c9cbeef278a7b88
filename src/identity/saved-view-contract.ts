import type { Origin, SessionPrincipal } from "./principals.ts";

/** Filters of the Audit Logs page under a name. Times are milliseconds since the Unix epoch. */
export interface SavedView {
  readonly id: string;
  readonly name: string;
  /** What is after the `?` of the page's address; what it means is the console's to know. */
  readonly query: string;
  readonly shared: boolean;
  readonly author: { readonly id: string; readonly name: string };
  /** Whether whoever asked may change it. */
  readonly editable: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export type NewSavedView = Pick<SavedView, "name" | "query" | "shared">;
export type SavedViewChange = { readonly [field in keyof NewSavedView]?: NewSavedView[field] | undefined };

/** Each throws DaybookError not_found, and forbidden for who cannot read the organization's log. */
export interface SavedViews {
  /** The person's own and the shared ones, by name. */
  list(organization: string, by: SessionPrincipal): Promise<SavedView[]>;
  /** @throws DaybookError too_many_views */
  create(organization: string, view: NewSavedView, by: SessionPrincipal, origin: Origin): Promise<SavedView>;
  update(
    organization: string,
    id: string,
    change: SavedViewChange,
    by: SessionPrincipal,
    origin: Origin,
  ): Promise<SavedView>;
  remove(organization: string, id: string, by: SessionPrincipal, origin: Origin): Promise<void>;
}
