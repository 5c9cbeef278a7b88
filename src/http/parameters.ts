import { z } from "@hono/zod-openapi";
import { pageParameters, UNKNOWN } from "../search/parameters.ts";

/** Query parameters of a call that takes these and no others. */
export function onlyParameters<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === "unrecognized_keys" ? UNKNOWN : undefined),
  });
}

/** Whose log is read, alone. */
export const tenant = { tenant_id: pageParameters.shape.tenant_id };
export const tenantParameter = onlyParameters(tenant);
