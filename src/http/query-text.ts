import type { FieldError } from "@daybook/sdk";
import { invalidParameters, UNKNOWN } from "../query/index.ts";

/**
 * Refuses a query string that does not decode. The platform's own parser takes `%zz` for itself and invalid UTF-8 for `\ufffd`: the caller
 * would get an answer to something that was not asked.
 *
 * @throws DaybookError `invalid_parameter`, each fault naming its parameter.
 */
export function requireWellFormedQuery(url: string): void {
  const at = url.indexOf("?");
  if (at < 0 || !url.includes("%", at)) return;
  const errors: FieldError[] = [];
  for (const pair of url.slice(at + 1).split("&")) {
    const [name = "", value = ""] = pair.split(/=(.*)/s);
    const decoded = decode(name);
    if (decoded === undefined)
      errors.push({ pointer: name, message: "must have a name that is valid percent-encoded UTF-8" });
    else if (decode(value) === undefined)
      errors.push({ pointer: decoded, message: "must be valid percent-encoded UTF-8" });
  }
  if (errors.length > 0) throw invalidParameters(errors);
}

/**
 * Refuses every parameter: on a call that takes none. Calls that declare parameters read all of them, and refuse what they do not know; so no
 * parameter is ever ignored.
 *
 * @throws DaybookError `invalid_parameter`
 */
export function refuseParameters(url: string): void {
  const at = url.indexOf("?");
  if (at < 0) return;
  const names = new Set(new URLSearchParams(url.slice(at + 1)).keys());
  if (names.size > 0) throw invalidParameters([...names].map((pointer) => ({ pointer, message: UNKNOWN })));
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
