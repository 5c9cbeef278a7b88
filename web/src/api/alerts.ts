import { queryOptions } from "@tanstack/react-query";
import { request, send } from "./request.ts";
import type { AlertPreview, AlertTest, CreatedAlert, Firing, ReadyAlert, Alert as WireAlert } from "./schema.ts";

export type { AlertPreview, CreatedAlert, Firing };

/** How often a page that is looked at asks what has fired. */
const EVERY_MS = 5_000;
const FIRINGS_MAX = 100;

export type Grouping = "user" | "address" | "network" | "resource" | "action" | "key" | "organization";

/** What an alert fires for; the description calls it an object with a type. */
export type Condition =
  | { readonly type: "match" }
  | { readonly type: "threshold"; readonly count: number; readonly minutes: number; readonly by?: Grouping }
  | {
      readonly type: "new_value";
      readonly of: Grouping;
      readonly per?: Grouping;
      readonly after_failures?: number;
    }
  | {
      readonly type: "silence";
      readonly minutes: number;
      readonly by?: Grouping;
      readonly source?: "any" | "api_key";
    }
  | { readonly type: "report"; readonly weekday: string; readonly hour: number };

export type Filter = { readonly [name: string]: unknown };
export type Alert = Omit<WireAlert, "condition"> & { readonly condition: Condition };
export type Ready = Omit<ReadyAlert, "condition"> & { readonly condition: Condition };

export interface Watched {
  readonly condition: Condition;
  readonly filter: Filter;
}

export interface NewAlert extends Watched {
  readonly name: string;
  readonly deliver: {
    readonly email: readonly string[];
    readonly webhook: { readonly url: string } | null;
    readonly when: Alert["deliver"]["when"];
  };
}

export const alertsQuery = (organization: string) => listQuery<Alert>(organization, "alerts", EVERY_MS);
export const firingsQuery = (organization: string) =>
  listQuery<Firing>(organization, `firings?limit=${FIRINGS_MAX}`, EVERY_MS);
export const readyAlertsQuery = (organization: string) => listQuery<Ready>(organization, "ready-alerts", false);

export async function createAlert(organization: string, alert: NewAlert): Promise<CreatedAlert> {
  return (await send("POST", pathOf(organization, "alerts"), alert)).json();
}

export async function changeAlert(
  { organization, id }: Alert,
  change: { readonly enabled?: boolean; readonly muted_until?: string | null },
): Promise<void> {
  await send("PATCH", pathOf(organization, `alerts/${id}`), change);
}

export async function deleteAlert({ organization, id }: Alert): Promise<void> {
  await send("DELETE", pathOf(organization, `alerts/${id}`));
}

export async function testAlert({ organization, id }: Alert): Promise<AlertTest> {
  return (await send("POST", pathOf(organization, `alerts/${id}/test`))).json();
}

export async function previewAlert(organization: string, watched: Watched): Promise<AlertPreview> {
  return (await send("POST", pathOf(organization, "alert-preview"), watched)).json();
}

export async function acknowledge(organization: string, { id }: Firing): Promise<void> {
  await send("POST", pathOf(organization, `firings/${id}/acknowledge`));
}

function listQuery<Row>(organization: string, what: string, refetchInterval: number | false) {
  return queryOptions({
    queryKey: ["alerts", organization, what],
    queryFn: async ({ signal }): Promise<readonly Row[]> => {
      const body: { data: Row[] } = await (await request(pathOf(organization, what), { signal })).json();
      return body.data;
    },
    refetchInterval,
  });
}

function pathOf(organization: string, what: string): string {
  return `/v1/organizations/${encodeURIComponent(organization)}/${what}`;
}
