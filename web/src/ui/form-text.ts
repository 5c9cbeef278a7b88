/** What is typed into a form's field, found by its name; empty where there is no such field. */
export function formText(form: HTMLFormElement, name: string): string {
  return String(new FormData(form).get(name) ?? "");
}
