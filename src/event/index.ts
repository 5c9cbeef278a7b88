/** What an event is: how it is validated, and how it becomes an entry of two lines and an event again. */

export { ByteWriter, copyRange } from "./byte-writer.ts";
export { decodeEntry, decodeId, encodeFields, eventJson, type Placement } from "./codec.ts";
export { entryJson, writeEntryJson } from "./entry-json.ts";
export { EntryLayout, type Field, fieldNumber } from "./entry-layout.ts";
export { entryPacking } from "./entry-packing.ts";
export { type EventFields, FieldTable, fieldsOf } from "./event-fields.ts";
export { isObject, skipSpace, valueEnd } from "./json.ts";
export {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  MINUS,
  NINE,
  OPEN_BRACE,
  OPEN_BRACKET,
  POINT,
  QUOTE,
  ZERO,
} from "./json-characters.ts";
export { findFields } from "./laid-out.ts";
export { networkOf } from "./network.ts";
export { readTime } from "./packed-time.ts";
export { QuickReader } from "./quick-read.ts";
export { sameContent } from "./same.ts";
export { context, eventInput, organizationId, sentEvent } from "./schema.ts";
export { addressIn } from "./sent-address.ts";
export type { StoredEvent } from "./stored-event.ts";
export { isTimeZone } from "./time-zone.ts";
export { formatTimestamp, parseTimestamp } from "./timestamp.ts";
export { readEvent, readWithWarnings } from "./validate.ts";
