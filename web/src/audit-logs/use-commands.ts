import { useMemo } from "react";
import { type Command, goToEvents, press } from "./commands.ts";
import { useFilterEditing } from "./editing.tsx";
import { PRESET_NAMES, PRESETS } from "./range.ts";
import type { FilterState } from "./use-filters.ts";
import type { LiveState } from "./use-live.ts";

interface CommandSources {
  readonly state: FilterState;
  readonly live: LiveState;
  readonly refresh: () => void;
  readonly mayExport: boolean;
  readonly openHelp: () => void;
}

/** Every command of the page, those with a key first in their group. */
export function useCommands({ state, live, refresh, mayExport, openHelp }: CommandSources): readonly Command[] {
  const { edit } = useFilterEditing();
  const { set, setAll, active } = state;
  const { toggle, hindrance, stream } = live;
  const filtered = active.length > 0;
  const following = stream !== undefined;
  return useMemo(() => {
    const commands: (Command | false)[] = [
      { label: "Search", group: "Go to", key: "/", run: () => edit("q") },
      { label: "Action Type", group: "Go to", key: "f", run: () => edit("action") },
      { label: "Start Date", group: "Go to", key: "t", run: () => edit("start") },
      { label: "Events", group: "Go to", run: goToEvents },
      mayExport && { label: "Export CSV", group: "Do", key: "e", run: () => press("export") },
      hindrance === undefined && {
        label: following ? "Stop following live" : "Follow live",
        group: "Do",
        key: "l",
        run: toggle,
      },
      { label: "Refresh", group: "Do", run: refresh },
      filtered && { label: "Clear all filters", group: "Do", run: () => setAll({}) },
      { label: "Keyboard help", group: "Do", key: "?", run: openHelp },
      ...PRESETS.map(
        (preset): Command => ({ label: PRESET_NAMES[preset], group: "Range", run: () => set("range", preset) }),
      ),
    ];
    return commands.filter((command) => command !== false);
  }, [edit, set, setAll, toggle, hindrance, following, filtered, refresh, mayExport, openHelp]);
}
