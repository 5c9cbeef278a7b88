import { Suspense, useEffect } from "react";
import { lazyOverlay } from "../shell/lazy-part.tsx";
import type { Command } from "./commands.ts";
import type { EventsState } from "./use-events.ts";
import type { PageTools } from "./use-page-tools.ts";

const Palette = lazyOverlay(() => import("./palette.tsx"));
const KeyboardHelp = lazyOverlay(() => import("./keyboard-help.tsx"));

export type KeyboardDialog = "palette" | "help" | undefined;

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
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      // It is there by the time K follows.
      if (event.key === "Control" || event.key === "Meta") Palette.preload();
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k")
        return;
      event.preventDefault();
      // What lies on top keeps the keyboard.
      if (document.querySelector("[role=dialog], [role=alertdialog], [role=menu]") === null) onOpen("palette");
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [onOpen]);
  return (
    <Suspense>
      {open === "palette" && <Palette {...{ commands, tools, events }} onClose={() => onOpen(undefined)} />}
      {open === "help" && <KeyboardHelp onClose={() => onOpen(undefined)} />}
    </Suspense>
  );
}
