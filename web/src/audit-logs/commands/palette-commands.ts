import { EXPORT_FORMATS, FORMATS } from "../export/formats.ts";
import { PRESET_NAMES, PRESETS } from "../time/range.ts";
import { useZone } from "../time/zone-context.ts";
import type { EventsState } from "../use-events.ts";
import type { PageTools } from "../use-page-tools.ts";
import { type AskedCommands, type Command, goToEvents, when } from "./commands.ts";

interface Sources {
  /** Those that have a key. */
  readonly commands: readonly Command[];
  readonly tools: PageTools;
  readonly events: EventsState;
  /** Those of the page's features. */
  readonly more: readonly AskedCommands[];
}

/** Everything that can be done from the page by name, as far as one can; what is still being asked for comes later. */
export function usePaletteCommands({ commands, tools, events, more }: Sources) {
  const { exporting, openExport, state } = tools;
  const exportable = openExport !== undefined && exporting.state.phase !== "running";
  return {
    commands: [
      ...commands.filter(({ group }) => group !== "Export" || exportable),
      { group: "Go to", label: "Events", run: goToEvents } as const,
      { group: "Do", label: "Refresh", run: events.refresh } as const,
      ...when(state.active.length > 0, { group: "Do", label: "Clear all filters", run: () => state.setAll({}) }),
      ...exportCommands(tools),
      ...rangeCommands(tools),
      ...useZoneCommands(),
      ...more.flatMap((asked) => asked.commands),
    ] satisfies Command[],
    loading: events.loading || more.some(({ loading }) => loading),
    failures: more.flatMap((asked) => asked.failures),
  };
}

/** "Export CSV" itself has a key. */
function exportCommands({ exporting, query, openExport }: PageTools): readonly Command[] {
  const group = "Export";
  if (exporting.state.phase === "running") return [{ group, label: "Cancel the export", run: exporting.cancel }];
  if (openExport === undefined || query === undefined) return [];
  const others = EXPORT_FORMATS.filter((format) => format !== "csv");
  return [
    ...others.map(
      (format): Command => ({
        group,
        label: `Export ${FORMATS[format].name}`,
        run: () => void exporting.start({ query, format }),
      }),
    ),
    { group, label: "Formats and details…", run: () => openExport() },
  ];
}

function rangeCommands({ state }: PageTools): readonly Command[] {
  return PRESETS.map((preset) => ({
    group: "Range",
    label: PRESET_NAMES[preset],
    run: () => state.set("range", preset),
  }));
}

function useZoneCommands(): readonly Command[] {
  const { zone: current, choices, choose } = useZone();
  return choices
    .filter(({ zone }) => zone !== current)
    .map(({ zone, label }) => ({
      group: "Time zone",
      label,
      ...(label !== zone && { detail: zone }),
      run: () => choose(zone),
    }));
}
