import { type KeyboardEvent, useCallback } from "react";
import type { LoggedEvent } from "../../api/events.ts";
import { singleKeysEnabled } from "../commands/single-keys.ts";
import { eventText } from "../event/event-text.ts";
import { useLogPage } from "../log-context.ts";
import { eventKey, useAllExpansion } from "./expansion-context.ts";
import { eventAt, type Rows } from "./rows.ts";

const EXPAND = "[data-slot=expand]";

/** The place in the list an element belongs to; -1 for the head. */
function indexOf(target: Element): number {
  return Number(target.closest<HTMLElement>("[data-index]")?.dataset.index ?? -1);
}

/** Moves the focus to a row, in the column it was in, and the row into view. */
function focusRow(list: HTMLElement, index: number, column: string | undefined): void {
  const row = list.querySelector<HTMLElement>(`[data-index="${index}"]`);
  if (row === null) return;
  const cell = column && row.querySelector<HTMLElement>(`[data-column="${column}"]`);
  (cell || row.querySelector<HTMLElement>(EXPAND))?.focus({ preventScroll: true });
  (row.querySelector("tr") ?? row).scrollIntoView({ block: "nearest" });
}

/** To the neighbouring cell of the same row, from its end to its beginning and back; the first is the button that opens the row. */
function focusCell(cell: HTMLElement, step: 1 | -1): void {
  const row = cell.parentElement;
  const next =
    step === 1
      ? (cell.nextElementSibling ?? row?.firstElementChild)
      : (cell.previousElementSibling ?? row?.lastElementChild);
  if (next instanceof HTMLElement) (next.querySelector<HTMLElement>(EXPAND) ?? next).focus();
}

const ROW_STEPS: Readonly<Record<string, number>> = {
  j: 1,
  ArrowDown: 1,
  k: -1,
  ArrowUp: -1,
  Home: -Infinity,
  End: Infinity,
};

/** The row so many steps away; where it cannot take the focus, since its entry is damaged, the next one that can. */
function stepFrom(rows: Rows, index: number, step: number): number {
  const last = rows.length - 1;
  let next = Math.max(0, Math.min(last, index + step));
  // From either end it goes back the way it came.
  const onward = Number.isFinite(step) ? Math.sign(step) : -Math.sign(step);
  while (eventAt(rows, next) === undefined && next + onward >= 0 && next + onward <= last) next += onward;
  return eventAt(rows, next) === undefined ? index : next;
}

/** What is written in elsewhere, or has keys of its own. */
export function hasOwnKeys(target: Element): boolean {
  return (
    target.closest("input, textarea, select, [contenteditable], [role=combobox], [role=menu], [role=dialog]") !== null
  );
}

/** Text that a cell's `c` copies: of a row, its event. */
function copied(event: LoggedEvent, column: string | undefined): { text: string; label: string } {
  const { actor, resource, context } = event;
  const values: Record<string, { text: string | undefined; label: string }> = {
    timestamp: { text: event.timestamp, label: "Timestamp" },
    action: { text: event.action, label: "Action" },
    resource: { text: resource.id ?? resource.type, label: "Resource ID" },
    user: { text: actor.id ?? actor.name, label: "User ID" },
    description: { text: event.description, label: "Description" },
    ip: { text: context?.ip ?? context?.ip_text, label: "IP address" },
  };
  const value = column === undefined ? undefined : values[column];
  if (value?.text !== undefined) return { text: value.text, label: value.label };
  return { text: eventText(event), label: "Event as JSON" };
}

/** The keys of the rows, while the focus is in them; those without a modifier can be turned off. */
export function useTableKeys(rows: Rows) {
  const expansion = useAllExpansion();
  const { say, commands } = useLogPage();
  return useCallback(
    (key: KeyboardEvent<HTMLElement>) => {
      const { target, currentTarget: list } = key;
      if (key.defaultPrevented || key.ctrlKey || key.metaKey || key.altKey) return;
      if (!(target instanceof HTMLElement) || hasOwnKeys(target)) return;
      const cell = target.closest<HTMLElement>("[data-column]");
      /** The focus is on the row or a cell of it, not in its details. */
      const onRow = cell !== null && (target === cell || target.matches(EXPAND));
      const index = indexOf(target);
      const event = eventAt(rows, index);
      const done = (act: () => void) => {
        key.preventDefault();
        act();
      };
      if (key.key === "Escape") return event && done(() => close(list, event, index));
      const single = key.key.length === 1;
      if (single && (!singleKeysEnabled() || key.key === " ")) return;
      if (!single && !onRow) return;
      const step = ROW_STEPS[key.key];
      if (step !== undefined) {
        return done(() =>
          focusRow(list, stepFrom(rows, index, step), target === cell ? cell.dataset.column : undefined),
        );
      }
      if (cell && (key.key === "ArrowRight" || key.key === "ArrowLeft")) {
        return done(() => focusCell(cell, key.key === "ArrowRight" ? 1 : -1));
      }
      if (key.key === "Enter" && target === cell && event) return done(() => expansion.toggle(eventKey(event)));
      if (key.key === "c" && event) return done(() => copy(event, target === cell ? cell.dataset.column : undefined));
      const command = commands.find((one) => one.key === key.key);
      if (command) done(command.run);

      function close(inside: HTMLElement, opened: LoggedEvent, place: number) {
        if (document.querySelector("[data-slot=time-tip]") || !expansion.isOpen(eventKey(opened))) return;
        expansion.toggle(eventKey(opened));
        focusRow(inside, place, undefined);
      }
      function copy(of: LoggedEvent, column: string | undefined) {
        const { text, label } = copied(of, column);
        const written = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error("no clipboard"));
        written.then(
          () => say(`${label} copied`),
          () => say("The browser did not allow copying"),
        );
      }
    },
    [rows, commands, expansion, say],
  );
}
