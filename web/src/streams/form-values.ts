import type { Stream } from "../api/streams.ts";
import { formText } from "../ui/form-text.ts";
import { KINDS, type KindField } from "./kinds.ts";

/** What a form says of a stream, as the API takes it. What a stream has and the form does not show stays. */
export function fieldsIn(form: HTMLFormElement, type: Stream["type"], stream: Stream | undefined) {
  const { fields } = KINDS[type];
  const shown = new Set(fields.map(({ name }) => name));
  const unseen = Object.entries(stream?.config ?? {}).filter(([name]) => !shown.has(name));
  const { action: _, ...others } = stream?.filter ?? {};
  const secrets = valuesOf(form, fields, "secrets");
  return {
    name: formText(form, "stream_name").trim(),
    type,
    config: { ...Object.fromEntries(unseen), ...valuesOf(form, fields, "config") },
    // Without any, a stream keeps those it has.
    ...((stream === undefined || Object.keys(secrets).length > 0) && { secrets }),
    filter: { ...others, ...filterOf(formText(form, "actions")) },
  };
}

/** What a field begins with. */
export function textOf(config: Stream["config"] | undefined, name: string): string | undefined {
  const value = config?.[name];
  return value === undefined || value === null ? undefined : String(value);
}

/** What a form's fields of a type are as the API takes them. Empty ones are left out: the server has their defaults. */
function valuesOf(form: HTMLFormElement, fields: readonly KindField[], of: KindField["of"]): Stream["config"] {
  return Object.fromEntries(
    fields.flatMap((field) => {
      if (field.of !== of) return [];
      const text = formText(form, field.name).trim();
      return text === "" ? [] : [[field.name, fieldValue(field, text)]];
    }),
  );
}

function fieldValue({ input }: KindField, text: string): unknown {
  if (input === "number") return Number(text);
  return input === "headers" ? headersOf(text) : text;
}

/** Lines of `Name: value`. A line without a colon stays as it is: the server says what is wrong with it. */
function headersOf(text: string): object {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return Object.fromEntries(
    lines.map((line) => {
      const [name = "", ...value] = line.split(":");
      return [name.trim(), value.join(":").trim()];
    }),
  );
}

/** A filter by actions, separated by commas or spaces. */
function filterOf(text: string): object {
  const action = text.split(/[\s,]+/).filter(Boolean);
  return action.length === 0 ? {} : { action };
}
