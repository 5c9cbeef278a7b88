import type { MetadataParameter } from "@daybook/sdk/filters";
import { isHeld } from "../filters/exclusions.ts";
import { type Filters, filterFault } from "../filters/filters.ts";

/** A key as a step of a path of metadata. */
export function pathStep(key: string): string {
  return key.replace(/[\\.]/g, "\\$&");
}

/** The value of a leaf as filters compare it. @param text its JSON. */
export function leafValue(text: string): string {
  const value: unknown = JSON.parse(text);
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The filters that ask for a value of metadata and no other at its path, and those that leave it out; undefined where they cannot be asked for. */
export function metadataFilters(filters: Filters, path: string, value: string) {
  const [asked, left]: [MetadataParameter, MetadataParameter] = [`metadata.${path}`, `not_metadata.${path}`];
  const { [asked]: wanted = [], [left]: unwanted = [], ...others } = filters;
  const without = (values: readonly string[]) => values.filter((one) => one !== value);
  return {
    wanted: held({ ...others, ...given(left, without(unwanted)), [asked]: [value] }, asked, value),
    unwanted: held({ ...others, ...given(asked, without(wanted)), [left]: [...without(unwanted), value] }, left, value),
  };
}

function given(name: MetadataParameter, values: readonly string[]): Filters {
  return values.length === 0 ? {} : { [name]: values };
}

function held(filters: Filters, name: MetadataParameter, value: string): Filters | undefined {
  return filterFault(name, value) === undefined && value !== "" && isHeld(filters) ? filters : undefined;
}
