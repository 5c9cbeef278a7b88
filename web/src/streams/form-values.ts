import { formText } from "../ui/form-text.ts";
import type { KindField } from "./kinds.ts";

/** What a form's fields of a type are as the API takes them. Empty ones are left out: the server has their defaults. */
export function valuesOf(form: HTMLFormElement, fields: readonly KindField[], of: KindField["of"]): object {
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
export function filterOf(text: string): object {
  const action = text.split(/[\s,]+/).filter(Boolean);
  return action.length === 0 ? {} : { action };
}
