import { Suspense, useEffect } from "react";
import { lazyOverlay } from "../../shell/lazy-part.tsx";
import { useSlots } from "../slots.ts";
import { hasOwnKeys } from "../table/use-table-keys.ts";
import type { EventsState } from "../use-events.ts";
import type { PageTools } from "../use-page-tools.ts";
import { type Command, goToEvents } from "./commands.ts";
import { singleKeysEnabled } from "./single-keys.ts";

const KeyboardHelp = lazyOverlay(() => import("./keyboard-help.tsx"));

export type KeyboardDialog = "palette" | "help" | undefined;

/** What lies on top keeps the keyboard. */
function isCovered(): boolean {
  return document.querySelector("[role=dialog], [role=alertdialog], [role=menu], [role=listbox]") !== null;
}

/** The keys without a modifier also where no row has the focus, as long as nothing else takes what is typed. */
function useSingleKeysAnywhere(commands: readonly Command[]): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { key, target } = event;
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (!singleKeysEnabled() || isCovered() || (target instanceof Element && hasOwnKeys(target))) return;
      const run = key === "j" || key === "k" ? goToEvents : commands.find((one) => one.key === key)?.run;
      if (run === undefined) return;
      event.preventDefault();
      run();
    };
    // After the rows, which know better.
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [commands]);
}

interface KeyboardProps {
  /** Those that have a key. */
  readonly commands: readonly Command[];
  readonly tools: PageTools;
  readonly events: EventsState;
  readonly open: KeyboardDialog;
  readonly onOpen: (dialog: KeyboardDialog) => void;
}

/** What the keyboard opens over the page: the commands at Ctrl+K or ⌘K anywhere, and the help. */
export function Keyboard({ commands, tools, events, open, onOpen }: KeyboardProps) {
  const { Palette } = useSlots();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      // It is there by the time K follows.
      if (event.key === "Control" || event.key === "Meta") Palette.preload();
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k")
        return;
      event.preventDefault();
      if (!isCovered()) onOpen("palette");
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [Palette, onOpen]);
  useSingleKeysAnywhere(commands);
  return (
    <Suspense>
      {open === "palette" && <Palette {...{ commands, tools, events }} onClose={() => onOpen(undefined)} />}
      {open === "help" && <KeyboardHelp onClose={() => onOpen(undefined)} />}
    </Suspense>
  );
}
