import type { Weekday } from "@daybook/sdk/filters";
import type { OrganizationChange, OrganizationDetails } from "../api/organizations.ts";
import { readActions } from "../text/action-list.ts";

/** An organization's settings while somebody edits them; an empty text is not set. */
export interface Draft {
  readonly name: string;
  readonly zone: string;
  readonly refuses: boolean;
  readonly hours: string;
  readonly due: Weekday | "";
  /** One action or family a line; empty for the default. */
  readonly sensitive: string;
}

export function draftOf(details: OrganizationDetails): Draft {
  return {
    name: details.name,
    zone: details.time_zone ?? "",
    refuses: details.personal_ids === "refuse",
    hours: details.office_hours ?? "",
    due: details.review_due ?? "",
    sensitive: details.sensitive_actions.join("\n"),
  };
}

/** What differs; nothing else is sent, so that two people at once do not undo each other. */
export function changeFrom(details: OrganizationDetails, draft: Draft): OrganizationChange {
  const { name, zone, refuses, hours, due } = draft;
  const sensitive = readActions(draft.sensitive);
  const next = {
    name: name.trim(),
    time_zone: zone === "" ? null : zone,
    personal_ids: refuses ? "refuse" : "warn",
    office_hours: hours.trim() === "" ? null : hours.trim(),
    review_due: due === "" ? null : due,
  } as const;
  const change = Object.fromEntries(
    Object.entries(next).filter(([field, value]) => value !== details[field as keyof typeof next]),
  );
  if (sensitive.join() === details.sensitive_actions.join()) return change;
  return { ...change, sensitive_actions: sensitive.length > 0 ? sensitive : null };
}
