import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Bookmark, BookmarkPlus, Check, Pin, RefreshCw, Settings2 } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { changeView, type SavedView, savedViewsQuery } from "../api/saved-views.ts";
import { useLogAccess } from "../audit-logs/access.ts";
import { pinnedHref } from "../audit-logs/pinned.ts";
import type { FilterState } from "../audit-logs/use-filters.ts";
import { visibleText } from "../text/visible.ts";
import { Button } from "../ui/button.tsx";
import { DropdownMenu, MenuGroup, MenuItem, MenuSeparator } from "../ui/menu.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { ManageViews } from "./manage-views.tsx";
import { useViews } from "./use-views.ts";
import { ViewForm } from "./view-form.tsx";

interface ViewsMenuProps {
  readonly state: FilterState;
  /** What the rows were read as of; undefined until they are there. */
  readonly position: number | undefined;
  /** Says what was done. */
  readonly say: (what: ReactNode) => void;
}

function ViewItem({ view, active, onApply }: { view: SavedView; active: boolean; onApply: () => void }) {
  return (
    <MenuItem onClick={onApply} aria-current={active || undefined}>
      <Check aria-hidden className={active ? undefined : "invisible"} />
      <span className="min-w-0 flex-1 truncate" title={visibleText(view.name)}>
        <VisibleText value={view.name} />
      </span>
      {view.shared && (
        <span className="max-w-28 truncate text-xs text-muted-foreground">
          <VisibleText value={view.author.name} />
        </span>
      )}
    </MenuItem>
  );
}

/** Filters under names: to go to, to keep, to share; and the link that stays as it is. */
export default function ViewsMenu({ state, position, say }: ViewsMenuProps) {
  const { organization, member } = useLogAccess();
  const queries = useQueryClient();
  const { views, error, refetch, active, changed, query, apply, follow } = useViews(state);
  const [dialog, setDialog] = useState<"save" | "manage">();
  const trigger = useRef<HTMLButtonElement>(null);
  const update = useMutation<SavedView, Error, SavedView>({
    mutationFn: async (view) => {
      const saved = await changeView(organization.id, view.id, { query });
      await queries.invalidateQueries({ queryKey: savedViewsQuery(organization.id).queryKey });
      return saved;
    },
    onSuccess: ({ name }) => say(`“${visibleText(name)}” now has these filters.`),
    onError: (failure) => say(`The view could not be changed: ${failure.message}`),
  });
  const copyPinned = async (asOf: number) => {
    const href = pinnedHref({ location: window.location, filters: state.filters, clock: state.clock, asOf });
    try {
      await navigator.clipboard.writeText(href);
      say("Pinned link copied: it shows these rows at any later time.");
    } catch {
      say(
        <>
          Copying is blocked here. The pinned link: <a href={href}>{href}</a>
        </>,
      );
    }
  };
  const groups = [
    { label: "Mine", of: views?.filter(({ author }) => author.id === member?.id) ?? [] },
    { label: "Shared", of: views?.filter(({ author }) => author.id !== member?.id) ?? [] },
  ].filter((group) => group.of.length > 0);
  const asOf = state.filters.as_of === undefined ? position : Number(state.filters.as_of);
  return (
    <>
      <DropdownMenu
        className="w-80 max-w-[calc(100vw-2rem)]"
        trigger={
          <Button ref={trigger} variant="outline" className="max-lg:min-w-0">
            <Bookmark aria-hidden className={active && !changed ? "fill-current" : undefined} />
            {active ? (
              <span className="max-w-36 truncate">
                <span className="sr-only">Saved view: </span>
                <VisibleText value={active.name} />
              </span>
            ) : (
              "Saved views"
            )}
            {changed && <span className="text-xs text-muted-foreground">changed</span>}
          </Button>
        }
      >
        {groups.map(({ label, of }) => (
          <MenuGroup key={label} label={label}>
            {of.map((view) => (
              <ViewItem
                key={view.id}
                view={view}
                active={view.id === active?.id && !changed}
                onApply={() => apply(view)}
              />
            ))}
          </MenuGroup>
        ))}
        {views?.length === 0 && (
          <p className="px-2 py-2 text-xs text-pretty text-muted-foreground">
            No saved views yet. Set filters, then save them under a name: for yourself, or for the organization.
          </p>
        )}
        {error && (
          <>
            <p className="px-2 py-2 text-xs text-failure">The saved views could not be loaded: {error.message}</p>
            <MenuItem closeOnClick={false} onClick={refetch}>
              <RefreshCw aria-hidden /> Retry
            </MenuItem>
          </>
        )}
        {(groups.length > 0 || views?.length === 0 || error) && <MenuSeparator />}
        {active && changed && active.editable && (
          <MenuItem onClick={() => update.mutate(active)}>
            <RefreshCw aria-hidden />
            <span className="min-w-0 truncate">
              Update “<VisibleText value={active.name} />”
            </span>
          </MenuItem>
        )}
        <MenuItem onClick={() => setDialog("save")}>
          <BookmarkPlus aria-hidden /> Save current filters…
        </MenuItem>
        {views !== undefined && views.length > 0 && (
          <MenuItem onClick={() => setDialog("manage")}>
            <Settings2 aria-hidden /> Rename, share, delete…
          </MenuItem>
        )}
        <MenuSeparator />
        <MenuItem disabled={asOf === undefined} onClick={() => asOf !== undefined && void copyPinned(asOf)}>
          <Pin aria-hidden />
          <span>
            Copy pinned link
            <span className="block text-xs text-muted-foreground">Shows the same rows later, whatever is recorded</span>
          </span>
        </MenuItem>
      </DropdownMenu>
      {dialog === "save" && (
        <ViewForm
          view={undefined}
          query={query}
          finalFocus={trigger}
          onClose={() => setDialog(undefined)}
          onSaved={(view) => {
            follow(view.id);
            say(`“${visibleText(view.name)}” is saved.`);
          }}
        />
      )}
      {dialog === "manage" && (
        <ManageViews views={views ?? []} finalFocus={trigger} onClose={() => setDialog(undefined)} />
      )}
    </>
  );
}
