import type { FieldError, JsonValue } from "@daybook/sdk";
import { FILTER_PARAMETERS, meaningOf } from "@daybook/sdk/filters";
import type { z } from "zod";
import { DaybookError } from "../errors.ts";
import {
  BOUND_NAMES,
  type FilterParameters,
  filterValues,
  fixedFilter,
  reviewedFilter,
  type SelectionParameters,
  takesMetadata,
} from "./parameters.ts";

/**
 * Reads the filter that a viewer token fixes.
 *
 * @throws DaybookError `invalid_input` with all faults at once, as pointers into the filter.
 */
export function parseFixedFilter(filter: unknown): SelectionParameters {
  return parseJson(fixedFilter, filter);
}

/** Requires of a body's field `filter` that it can be a fixed filter. @throws DaybookError invalid_input */
export function requireFixedFilter(filter: unknown): void {
  atPointer("/filter", () => parseFixedFilter(filter));
}

/** Faults of what a field of a body holds, reported with where they are in the body. @throws DaybookError invalid_input */
export function atPointer<T>(field: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DaybookError)) throw error;
    const errors = error.errors.map(({ pointer, message }) => ({ pointer: field + pointer, message }));
    throw new DaybookError("invalid_input", "The input is not valid.", { errors });
  }
}

/** Reads the filters that a review was made with. @throws as `parseFixedFilter` */
export function parseReviewed(filters: unknown): z.output<typeof reviewedFilter> {
  return parseJson(reviewedFilter, filters);
}

function parseJson<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = parseFilters(schema, value);
  if ("data" in result) return result.data;
  const errors = result.faults.map(({ path, message }) => ({ pointer: `/${path.join("/")}`, message }));
  throw new DaybookError("invalid_input", "The filters are not valid.", { errors });
}

export interface Fault {
  readonly path: readonly string[];
  readonly message: string;
}

/** Parses by the schema, and by the table of filters what has a name of its own for each path of metadata. */
export function parseFilters<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): { data: z.output<Schema> } | { faults: readonly Fault[] } {
  const { named, metadata } = split(schema, value);
  const faults: Fault[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, sent] of metadata) {
    const meaning = meaningOf(name);
    const result = meaning && filterValues(meaning).safeParse(sent);
    if (result?.success) setField(values, name, result.data);
    else {
      for (const { message, path } of result?.error.issues ?? []) {
        faults.push({ path: pathIn({ [name]: sent }, [name, ...path.map(String)]), message });
      }
    }
  }
  const result = schema.safeParse(named);
  for (const issue of result.error?.issues ?? []) {
    const { message } = issue;
    if (issue.code !== "unrecognized_keys") faults.push({ path: pathIn(named, issue.path.map(String)), message });
    else for (const key of issue.keys) faults.push({ path: [key], message });
  }
  // What was split off is what the schema says it takes.
  return faults.length > 0 ? { faults } : { data: { ...(result.data as object), ...values } as z.output<Schema> };
}

/** One value that was sent where several can be is not the first of a list. */
function pathIn(values: unknown, path: readonly string[]): readonly string[] {
  const [name = ""] = path;
  return typeof (values as Record<string, unknown>)[name] === "string" ? [name] : path;
}

function split(schema: z.ZodType, value: unknown): { named: unknown; metadata: [string, unknown][] } {
  if (!takesMetadata(schema) || typeof value !== "object" || value === null) return { named: value, metadata: [] };
  const named: Record<string, unknown> = {};
  const metadata: [string, unknown][] = [];
  for (const [name, sent] of Object.entries(value)) {
    if (meaningOf(name)?.filter === "metadata") metadata.push([name, sent]);
    else setField(named, name, sent);
  }
  return { named, metadata };
}

/** Also where the name is `__proto__`. */
export function setField(object: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}

/** The filters and bounds among the parameters of a request, in one order; the values of each as they were sent. */
export function filtersGiven(parameters: Partial<FilterParameters>): Record<string, JsonValue> {
  const metadata = Object.keys(parameters).filter((name) => meaningOf(name)?.filter === "metadata");
  const names = [...FILTER_PARAMETERS, ...metadata.sort(), ...BOUND_NAMES];
  const given: Record<string, JsonValue> = {};
  for (const name of names) {
    const value = parameters[name as keyof FilterParameters];
    if (value !== undefined) setField(given, name, typeof value === "string" ? value : [value].flat());
  }
  return given;
}

/** The filters as they were sent, whatever else the request carried, and in whatever order. */
export function parametersOf(parameters: FilterParameters): unknown[] {
  return Object.entries(filtersGiven(parameters)).map(([name, value]) => [
    name,
    Array.isArray(value) ? [...new Set(value)].sort() : value,
  ]);
}

/** Faults of parameters, each named by its parameter. */
export function invalidParameters(errors: FieldError[]): DaybookError {
  const [first] = errors;
  return new DaybookError("invalid_parameter", `${first?.pointer} ${first?.message}.`, { errors });
}
