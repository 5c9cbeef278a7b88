import type { Alert, Condition, Filter } from "../api/alerts.ts";
import { formText } from "../ui/form-text.ts";

const NUMBERS = ["count", "minutes", "hour", "after_failures"];

/** What the fields say, as the API takes it. */
export function conditionIn(form: HTMLFormElement, type: Condition["type"]): Condition {
  const names = { match: [], threshold: ["count", "minutes", "by"], new_value: ["of", "per", "after_failures"] };
  const others = { silence: ["minutes", "by", "source"], report: ["weekday", "hour"] };
  const fields = { ...names, ...others }[type].flatMap((name) => {
    const text = formText(form, name);
    return text === "" ? [] : [[name, NUMBERS.includes(name) ? Number(text) : text]];
  });
  return { type, ...Object.fromEntries(fields) } as Condition;
}

export const OUTCOMES = [
  { value: "", label: "Any outcome" },
  { value: "failure denied", label: "Failed or denied" },
  { value: "success", label: "Success" },
] as const;

/** What the fields for actions and outcome hold for this filter. Undefined where they cannot say it. */
export function plainOf({ action = [], outcome = [], ...others }: Filter) {
  const outcomes = [outcome].flat().join(" ");
  if (Object.keys(others).length > 0 || !OUTCOMES.some(({ value }) => value === outcomes)) return undefined;
  return { actions: [action].flat().join(", "), outcome: outcomes };
}

const words = (text: string) => text.split(/[\s,]+/).filter(Boolean);

/** What the fields say, as the API takes it. */
export function filterIn(form: HTMLFormElement): Filter {
  const ofView = formText(form, "view_filter");
  if (ofView !== "") return JSON.parse(ofView) as Filter;
  const action = words(formText(form, "actions"));
  const outcome = words(formText(form, "outcome"));
  return { ...(action.length > 0 && { action }), ...(outcome.length > 0 && { outcome }) };
}

/** Who is to hear of it. */
export function deliverIn(form: HTMLFormElement, when: Alert["deliver"]["when"]) {
  const url = formText(form, "webhook").trim();
  return { email: words(formText(form, "email")), webhook: url === "" ? null : { url }, when };
}
