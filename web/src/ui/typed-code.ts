import { formText } from "./form-text.ts";

/** The name of `CodeField` in its form. */
export const CODE_NAME = "code";

/** The six digits in the form's `CodeField`. */
export function typedCode(form: HTMLFormElement): string {
  return formText(form, CODE_NAME).replace(/\s/g, "");
}
