import { useMemo } from "react";
import { useFilterEditing } from "../filters/editing-context.ts";
import type { LiveState } from "../live/use-live.ts";
import { type Command, press } from "./commands.ts";

interface CommandSources {
  readonly live: LiveState;
  readonly mayExport: boolean;
  readonly openHelp: () => void;
}

/** The commands that have a key; the palette knows more of them. */
export function useCommands({ live, mayExport, openHelp }: CommandSources): readonly Command[] {
  const { edit } = useFilterEditing();
  const { toggle, hindrance, stream } = live;
  const following = stream !== undefined;
  return useMemo(() => {
    const commands: (Command | false)[] = [
      { label: "Search", group: "Go to", key: "/", run: () => edit("q") },
      { label: "Action Type", group: "Go to", key: "f", run: () => edit("action") },
      { label: "Start Date", group: "Go to", key: "t", run: () => edit("start") },
      mayExport && { label: "Export CSV", group: "Export", key: "e", run: () => press("export") },
      hindrance === undefined && {
        label: following ? "Stop following live" : "Follow live",
        group: "Do",
        key: "l",
        run: toggle,
      },
      { label: "Keyboard help", group: "Do", key: "?", run: openHelp },
    ];
    return commands.filter((command) => command !== false);
  }, [edit, toggle, hindrance, following, mayExport, openHelp]);
}
