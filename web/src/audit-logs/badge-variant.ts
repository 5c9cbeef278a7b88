import { actionFamily } from "@daybook/sdk";

export type BadgeVariant = "default" | "destructive" | "secondary" | "outline";

const FAMILY_VARIANT: ReadonlyMap<string, BadgeVariant> = new Map([
  ["auth", "default"],
  ["api_key", "destructive"],
  ["knowledge", "secondary"],
  ["message", "secondary"],
]);

/** The colour of an action's badge: channel, database and any other family is an outline. */
export function badgeVariant(action: string): BadgeVariant {
  return FAMILY_VARIANT.get(actionFamily(action)) ?? "outline";
}
