import { z } from "@hono/zod-openapi";

/** Query parameters of a call that takes these and no others. */
export function onlyParameters<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === "unrecognized_keys" ? "is not a parameter here" : undefined),
  });
}
