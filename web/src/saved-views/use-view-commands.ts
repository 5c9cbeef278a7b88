import { type AskedCommands, type Command, when } from "../audit-logs/commands/commands.ts";
import { useLogAccess } from "../audit-logs/log-access.ts";
import type { PageTools } from "../audit-logs/use-page-tools.ts";
import { visibleText } from "../text/visible.ts";
import { useCopyPinned } from "./use-copy-pinned.tsx";
import { useViews } from "./use-views.ts";

/** Going to a saved view, and keeping one, by name. */
export function useViewCommands(tools: PageTools): AskedCommands {
  const { member } = useLogAccess();
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
