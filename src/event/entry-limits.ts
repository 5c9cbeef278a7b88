import { DaybookError } from "../errors.ts";
import type { EventFields } from "./event-fields.ts";
import type { ValidEvent } from "./validate.ts";

/** Header and body together, in bytes. */
export const ENTRY_BYTES_MAX = 256 * 1024;
/** The format in which the tree's leaves are served has 16 bits for a header's length (C2SP tlog-tiles, entry bundles). */
const HEADER_BYTES_MAX = 65_535;

/** @throws DaybookError `event_too_large`, with the field at fault where it is one of the header's. */
export function limitEntry(headerBytes: number, bodyBytes: number, event: EventFields): void {
  if (headerBytes > HEADER_BYTES_MAX) throw headerTooLarge(headerBytes, event.valid());
  const bytes = headerBytes + bodyBytes;
  if (bytes > ENTRY_BYTES_MAX) {
    throw new DaybookError("event_too_large", `The event takes ${bytes} bytes; the limit is ${ENTRY_BYTES_MAX}.`);
  }
}

/** Names the longest of the fields that callers choose and the header holds. */
function headerTooLarge(bytes: number, { actor, resource, targets = [] }: ValidEvent): DaybookError {
  const fields: [pointer: string, text: string | undefined][] = [
    ["/actor/id", actor.id],
    ["/actor/on_behalf_of/id", actor.on_behalf_of?.id],
    ["/resource/id", resource.id],
    ...targets.map(({ id }, at): [string, string | undefined] => [`/targets/${at}/id`, id]),
  ];
  const size = (text: string | undefined) => Buffer.byteLength(text ?? "");
  const [longest, text] = fields.reduce((one, other) => (size(other[1]) > size(one[1]) ? other : one));
  // Many targets can be too much together, though none of them is long.
  const list = JSON.stringify(targets.map(({ type, id }) => ({ type, id })));
  const pointer = size(list) > 2 * size(text) ? "/targets" : longest;
  return new DaybookError(
    "event_too_large",
    `The event's permanent fields take ${bytes} bytes; the limit is ${HEADER_BYTES_MAX}.`,
    { errors: [{ pointer, message: "is too long" }] },
  );
}
