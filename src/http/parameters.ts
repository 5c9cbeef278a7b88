import { z } from "@hono/zod-openapi";
import { invalidParameters, pageParameters, parseFilters, setField, UNKNOWN } from "../query/index.ts";

/**
 * Reads a request's query parameters.
 *
 * @throws DaybookError `invalid_parameter` with all faults at once, each naming its parameter.
 */
export function parseParameters<Schema extends z.ZodType>(schema: Schema, sent: URLSearchParams): z.output<Schema> {
  const texts: Record<string, unknown> = {};
  for (const name of new Set(sent.keys())) {
    const [first = "", ...rest] = sent.getAll(name);
    setField(texts, name, rest.length > 0 ? [first, ...rest] : first);
  }
  const result = parseFilters(schema, texts);
  if ("data" in result) return result.data;
  throw invalidParameters(result.faults.map(({ path: [name = ""], message }) => ({ pointer: name, message })));
}

/** Query parameters of a call that takes these and no others. */
export function onlyParameters<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === "unrecognized_keys" ? UNKNOWN : undefined),
  });
}

/** Whose log is read, alone. */
export const tenant = { tenant_id: pageParameters.shape.tenant_id };
export const tenantParameter = onlyParameters(tenant);
