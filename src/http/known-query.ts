import type { FieldError } from "@daybook/sdk";
import { DaybookError } from "../errors.ts";
import { UNKNOWN } from "../query/index.ts";

/**
 * Refuses every parameter: on a call that takes none. Calls that declare parameters read all of them, and refuse what they do not know; so no
 * parameter is ever ignored.
 *
 * @throws DaybookError `invalid_parameter`
 */
export function refuseUnknownQuery(url: string): void {
  const at = url.indexOf("?");
  if (at < 0) return;
  const names = new Set(new URLSearchParams(url.slice(at + 1)).keys());
  const errors: FieldError[] = [...names].map((pointer) => ({ pointer, message: UNKNOWN }));
  const [first] = errors;
  if (first) throw new DaybookError("invalid_parameter", `${first.pointer} ${first.message}.`, { errors });
}
