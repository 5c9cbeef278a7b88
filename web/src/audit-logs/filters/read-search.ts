import { isZone } from "../../time/zoned.ts";
import { GROUPINGS, type Grouping } from "../grouped/grouping.ts";
import { type AddressName, type Filters, type Ignored, readFilters } from "./filters.ts";

/** Newest first, or as a story is read. */
const ORDERS = ["asc", "desc"] as const;
export type Order = (typeof ORDERS)[number];

/** How the events are shown: what the address says besides the filters. */
export interface Shown {
  readonly zone: string;
  readonly order: Order;
  /** Undefined for rows. */
  readonly grouping: Grouping | undefined;
}

/** What an address says, as it says it. */
export type AddressSearch = { readonly [Name in AddressName]?: string | readonly string[] };

/** What the address asks for, and how it is to be shown. @param defaultZone where the address names none that can be meant. */
export function readSearch(
  search: AddressSearch,
  defaultZone: string,
): { readonly filters: Filters; readonly ignored: readonly Ignored[]; readonly shown: Shown } {
  const read = readFilters(search);
  const { zone = defaultZone, ignored } = readZone(search.tz);
  const order = readChoice("order", search.order, ORDERS);
  const group = readChoice("group", search.group, GROUPINGS);
  return {
    filters: read.filters,
    ignored: [...read.ignored, ...ignored, ...order.ignored, ...group.ignored],
    shown: { zone, order: order.value ?? "desc", grouping: group.value },
  };
}

/** One of these values, or what it is without a word. */
function readChoice<Value extends string>(
  name: "order" | "group",
  given: unknown,
  values: readonly Value[],
): { value: Value | undefined; ignored: Ignored[] } {
  const [first, ...further] = [given ?? []].flat().map(String);
  const value = values.find((one) => one === first);
  const wrong = value === undefined && first !== undefined && first !== "" ? [first] : [];
  return {
    value,
    ignored: [
      ...wrong.map((value): Ignored => ({ name, value, reason: `not one of ${values.join(", ")}` })),
      ...further.map((value): Ignored => ({ name, value, reason: "given more than once" })),
    ],
  };
}

/** What the address says of the time zone, where it says something that can be meant. */
function readZone(tz: unknown): { zone?: string; ignored: Ignored[] } {
  const [first, ...further] = [tz ?? []].flat();
  const twice = further.map((value): Ignored => ({ name: "tz", value: String(value), reason: "given more than once" }));
  if (typeof first !== "string" || first === "") return { ignored: twice };
  if (isZone(first)) return { zone: first, ignored: twice };
  return { ignored: [{ name: "tz", value: first, reason: "not a time zone" }, ...twice] };
}
