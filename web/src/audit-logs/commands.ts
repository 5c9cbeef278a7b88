/** What can be done on the page by a key: the keys of the table, the palette and the help are made of these. */
export interface Command {
  readonly label: string;
  /** Where it stands in the palette. */
  readonly group: "Go to" | "Do" | "Range";
  /** The single key that does it while the rows have the focus. */
  readonly key?: string;
  readonly run: () => void;
}

/** Presses a button of the page; one that is not there, or disabled, does nothing. */
export function press(name: "export"): void {
  document.querySelector<HTMLElement>(`[data-key="${name}"]`)?.click();
}

/** Goes to the first row, if there is one. */
export function goToEvents(): void {
  document.querySelector<HTMLElement>("[data-slot=expand]")?.focus();
}
