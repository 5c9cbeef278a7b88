import { actionFamily } from "@daybook/sdk";

export type BadgeVariant = "default" | "destructive" | "secondary" | "outline";

const FAMILY_VARIANT: ReadonlyMap<string, BadgeVariant> = new Map([
  ["auth", "default"],
  ["api_key", "destructive"],
  ["knowledge", "secondary"],
  ["message", "secondary"],
]);

/** The actions of one badge, as the filter takes them: families by name, and of an outline all but these. */
export function actionsOf(variant: BadgeVariant): readonly string[] {
  if (variant === "outline") return [...FAMILY_VARIANT.keys()].map((family) => `-${family}.*`);
  return [...FAMILY_VARIANT].flatMap(([family, its]) => (its === variant ? [`${family}.*`] : []));
}

/** The colour of an action's badge: channel, database and any other family is an outline. */
export function badgeVariant(action: string): BadgeVariant {
  return FAMILY_VARIANT.get(actionFamily(action)) ?? "outline";
}
