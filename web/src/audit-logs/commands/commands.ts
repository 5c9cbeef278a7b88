/** The groups of the palette, in their order. */
export const COMMAND_GROUPS = [
  "Go to",
  "Do",
  "Saved views",
  "Review",
  "Export",
  "Range",
  "Time zone",
  "Settings",
  "Organization",
] as const;

/** What can be done on the page by name, and some of it by a key: the keys of the table, the palette and the help are made of these. */
export interface Command {
  readonly group: (typeof COMMAND_GROUPS)[number];
  readonly label: string;
  /** What tells it from others of its name, or says more. */
  readonly detail?: string;
  /** Its identity within the group where the label does not say it: other people choose the label. */
  readonly id?: string;
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

/** Commands that are made of what the server says. */
export interface AskedCommands {
  readonly commands: readonly Command[];
  readonly loading: boolean;
  /** What could not be had. */
  readonly failures: readonly string[];
}

/** A command that is there only while something holds. */
export function when(holds: boolean, command: Command): readonly Command[] {
  return holds ? [command] : [];
}
