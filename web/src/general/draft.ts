import type { Weekday } from "@daybook/sdk/filters";
import type { OrganizationChange, OrganizationDetails } from "../api/organizations.ts";

/** An organization's settings while somebody edits them; an empty text is not set. */
export interface Draft {
  readonly name: string;
  readonly zone: string;
  readonly refuses: boolean;
  readonly hours: string;
  readonly due: Weekday | "";
}

export function draftOf({ name, time_zone, personal_ids, office_hours, review_due }: OrganizationDetails): Draft {
  return {
    name,
    zone: time_zone ?? "",
    refuses: personal_ids === "refuse",
    hours: office_hours ?? "",
    due: review_due ?? "",
  };
}

/** What differs; nothing else is sent, so that two people at once do not undo each other. */
export function changeFrom(
  details: OrganizationDetails,
  { name, zone, refuses, hours, due }: Draft,
): OrganizationChange {
  const next = {
    name: name.trim(),
    time_zone: zone === "" ? null : zone,
    personal_ids: refuses ? "refuse" : "warn",
    office_hours: hours.trim() === "" ? null : hours.trim(),
    review_due: due === "" ? null : due,
  } as const;
  return Object.fromEntries(
    Object.entries(next).filter(([field, value]) => value !== details[field as keyof typeof next]),
  );
}
