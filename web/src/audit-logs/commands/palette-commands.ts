import { useNavigate } from "@tanstack/react-router";
import { organizationPages } from "../../pages/organization-pages.ts";
import { filtersSince } from "../../reviews/review-filters.ts";
import { useReviews } from "../../reviews/use-reviews.ts";
import { useCopyPinned } from "../../saved-views/use-copy-pinned.tsx";
import { useViews } from "../../saved-views/use-views.ts";
import { visibleText } from "../../text/visible.ts";
import { type LogAccess, useLogAccess } from "../access.ts";
import { EXPORT_FORMATS, FORMATS } from "../export/formats.ts";
import { PRESET_NAMES, PRESETS } from "../time/range.ts";
import { useZone } from "../time/zone-context.ts";
import type { EventsState } from "../use-events.ts";
import type { PageTools } from "../use-page-tools.ts";
import { type Command, goToEvents } from "./commands.ts";

interface Sources {
  /** Those that have a key. */
  readonly commands: readonly Command[];
  readonly tools: PageTools;
  readonly events: EventsState;
}

/** Everything that can be done from the page by name, as far as one may; what is still being asked for comes later. */
export function usePaletteCommands({ commands, tools, events }: Sources) {
  const access = useLogAccess();
  const views = useViewCommands(tools, access);
  const reviews = useReviewCommands(tools, access);
  const { exporting, openExport, state } = tools;
  const exportable = openExport !== undefined && exporting.state.phase !== "running";
  return {
    commands: [
      ...commands.filter(({ group }) => group !== "Export" || exportable),
      { group: "Go to", label: "Events", run: goToEvents } as const,
      { group: "Do", label: "Refresh", run: events.refresh } as const,
      ...when(state.active.length > 0, { group: "Do", label: "Clear all filters", run: () => state.setAll({}) }),
      ...views.commands,
      ...reviews.commands,
      ...exportCommands(tools),
      ...rangeCommands(tools),
      ...useZoneCommands(),
      ...usePlaceCommands(access),
    ] satisfies Command[],
    loading: views.loading || reviews.loading || events.loading,
    failures: [...views.failures, ...reviews.failures],
  };
}

function when(holds: boolean, command: Command): readonly Command[] {
  return holds ? [command] : [];
}

/** Commands that are made of what the server says. */
interface Asked {
  readonly commands: readonly Command[];
  readonly loading: boolean;
  /** What could not be had. */
  readonly failures: readonly string[];
}

function useViewCommands(tools: PageTools, { member }: LogAccess): Asked {
  const { views, active, changed, error, apply } = useViews(tools.state, member !== undefined);
  const copyPinned = useCopyPinned(tools);
  if (member === undefined) return { commands: [], loading: false, failures: [] };
  const group = "Saved views";
  const saved = views ?? [];
  const commands: readonly Command[] = [
    ...saved.map((view): Command => {
      const by = view.author.id === member.id ? undefined : visibleText(view.author.name);
      const detail = view.id === active?.id && !changed ? "current" : by;
      const label = visibleText(view.name);
      return { group, id: view.id, label, ...(detail !== undefined && { detail }), run: () => apply(view) };
    }),
    { group, label: "Save current filters…", run: () => tools.open("save_view") },
    ...when(saved.length > 0, { group, label: "Rename, share, delete…", run: () => tools.open("manage_views") }),
    ...(copyPinned ? [{ group, label: "Copy pinned link", run: () => void copyPinned() } as const] : []),
  ];
  return { commands, loading: !views && !error, failures: error ? ["The saved views could not be loaded"] : [] };
}

function useReviewCommands({ state, open, openSignOff }: PageTools, { member }: LogAccess): Asked {
  const { data, error, isPending } = useReviews(member !== undefined);
  if (member === undefined) return { commands: [], loading: false, failures: [] };
  const group = "Review";
  const last = data?.[0];
  const commands: readonly Command[] = [
    ...(last
      ? [{ group, label: "New since last review", run: () => state.setAll(filtersSince(last, state.clock)) } as const]
      : []),
    ...(openSignOff ? [{ group, label: "Mark reviewed…", run: () => openSignOff() } as const] : []),
    ...when(last !== undefined, { group, label: "Earlier reviews…", run: () => open("earlier_reviews") }),
  ];
  return { commands, loading: isPending, failures: error ? ["The reviews could not be loaded"] : [] };
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

/** Other pages, other organizations. */
function usePlaceCommands({ console: around, organization, permissions }: LogAccess): readonly Command[] {
  const navigate = useNavigate();
  if (around === undefined) return [];
  const pages = organizationPages({ permissions }).filter(({ to }) => to !== "/settings/organization/audit-logs");
  return [
    ...pages.map(({ to, title }): Command => ({ group: "Settings", label: title, run: () => void navigate({ to }) })),
    { group: "Settings", label: "Profile", run: () => void navigate({ to: "/settings/profile" }) },
    ...around.organizations
      .filter(({ id }) => id !== organization.id)
      .map(
        ({ id, name }): Command => ({
          group: "Organization",
          id,
          label: visibleText(name),
          detail: id,
          run: () => around.switchTo(id),
        }),
      ),
  ];
}
