import { queryOptions } from "@tanstack/react-query";
import { request, send } from "./request.ts";
import type {
  Alert,
  AlertChange,
  AlertCondition,
  AlertPreview,
  AlertTest,
  CreatedAlert,
  Firing,
  NewAlert,
  ReadyAlert,
} from "./schema.ts";

export type { Alert, AlertPreview, CreatedAlert, Firing, NewAlert, ReadyAlert };

/** How often a page that is looked at asks what has fired. */
const EVERY_MS = 5_000;
const FIRINGS_MAX = 100;

export type Condition = AlertCondition;
/** What matches are told apart by, or what is new of them. */
export type Grouping =
  | NonNullable<Extract<Condition, { type: "threshold" }>["by"]>
  | Extract<Condition, { type: "new_value" }>["of"];
export type Filter = Alert["filter"];

export type Watched = Pick<Alert, "condition" | "filter">;
/** What a preview is asked for. */
export type Previewed = Pick<Alert, "condition" | "filter" | "organizations">;

export const alertsQuery = (organization: string) => listQuery<Alert>(organization, "alerts", EVERY_MS);
export const firingsQuery = (organization: string) =>
  listQuery<Firing>(organization, `firings?limit=${FIRINGS_MAX}`, EVERY_MS);
export const readyAlertsQuery = (organization: string) => listQuery<ReadyAlert>(organization, "ready-alerts", false);

export async function createAlert(organization: string, alert: NewAlert): Promise<CreatedAlert> {
  return (await send("POST", pathOf(organization, "alerts"), alert)).json();
}

export async function changeAlert({ organization, id }: Alert, change: AlertChange): Promise<CreatedAlert> {
  return (await send("PATCH", pathOf(organization, `alerts/${id}`), change)).json();
}

export async function rotateAlertSecret({ organization, id }: Alert): Promise<CreatedAlert> {
  return (await send("POST", pathOf(organization, `alerts/${id}/rotate-secret`))).json();
}

export async function deleteAlert({ organization, id }: Alert): Promise<void> {
  await send("DELETE", pathOf(organization, `alerts/${id}`));
}

export async function testAlert({ organization, id }: Alert): Promise<AlertTest> {
  return (await send("POST", pathOf(organization, `alerts/${id}/test`))).json();
}

export async function previewAlert(organization: string, watched: Previewed): Promise<AlertPreview> {
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
