import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Bookmark, BookmarkPlus, Check, Pin, RefreshCw, Settings2 } from "lucide-react";
import { useRef } from "react";
import { changeView, type SavedView, savedViewsQuery } from "../api/saved-views.ts";
import { useLogAccess } from "../audit-logs/log-access.ts";
import type { PageTools } from "../audit-logs/use-page-tools.ts";
import { visibleText } from "../text/visible.ts";
import { Button } from "../ui/button.tsx";
import { DropdownMenu, MenuGroup, MenuItem, MenuSeparator } from "../ui/menu.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { ManageViews } from "./manage-views.tsx";
import { useCopyPinned } from "./use-copy-pinned.tsx";
import { useViews, type Views } from "./use-views.ts";
import { ViewForm } from "./view-form.tsx";

interface ViewItemProps {
  readonly view: SavedView;
  readonly mine: boolean;
  readonly active: boolean;
  readonly onApply: () => void;
}

function ViewItem({ view, mine, active, onApply }: ViewItemProps) {
  return (
    <MenuItem onClick={onApply} aria-current={active || undefined}>
      <Check aria-hidden className={active ? undefined : "invisible"} />
      <span className="min-w-0 flex-1 truncate" title={visibleText(view.name)}>
        <VisibleText value={view.name} />
      </span>
      {view.shared && (
        <span className="max-w-28 truncate text-xs text-muted-foreground">
          {mine ? "Shared" : <VisibleText value={view.author.name} />}
        </span>
      )}
    </MenuItem>
  );
}

/** What the menu's button says: which view the page shows. */
function CurrentView({ active, changed }: Pick<Views, "active" | "changed">) {
  return (
    <>
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
    </>
  );
}

type ViewListProps = Pick<Views, "views" | "error" | "refetch" | "active" | "changed" | "apply">;

/** The views one can go to, or why there are none. */
function ViewList({ views, error, refetch, active, changed, apply }: ViewListProps) {
  const { member } = useLogAccess();
  const groups = [
    { label: "Mine", of: views?.filter(({ author }) => author.id === member?.id) ?? [] },
    { label: "Shared", of: views?.filter(({ author }) => author.id !== member?.id) ?? [] },
  ].filter((group) => group.of.length > 0);
  return (
    <>
      {groups.map(({ label, of }) => (
        <MenuGroup key={label} label={label}>
          {of.map((view) => (
            <ViewItem
              key={view.id}
              view={view}
              mine={label === "Mine"}
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
      {(views !== undefined || error) && <MenuSeparator />}
    </>
  );
}

/** Puts the page's filters into a view. */
function useViewUpdate(query: string, say: PageTools["say"]): (view: SavedView) => void {
  const { organization } = useLogAccess();
  const queries = useQueryClient();
  const { mutate } = useMutation<SavedView, Error, SavedView>({
    mutationFn: async (view) => {
      const saved = await changeView(organization.id, view.id, { query });
      await queries.invalidateQueries({ queryKey: savedViewsQuery(organization.id).queryKey });
      return saved;
    },
    onSuccess: ({ name }) => say(`“${visibleText(name)}” now has these filters.`),
    onError: (failure) => say(`The view could not be changed: ${failure.message}`),
  });
  return mutate;
}

/** Filters under names: to go to, to keep, to share; and the link that stays as it is. */
export default function ViewsMenu({ tools }: { tools: PageTools }) {
  const { state, say, dialog, opener, open, close } = tools;
  const saved = useViews(state);
  const { views, active, changed, query, follow } = saved;
  const update = useViewUpdate(query, say);
  const copyPinned = useCopyPinned(tools);
  const trigger = useRef<HTMLButtonElement>(null);
  return (
    <>
      <DropdownMenu
        className="w-80 max-w-[calc(100vw-2rem)]"
        trigger={
          <Button ref={trigger} variant="outline" className="max-lg:min-w-0">
            <CurrentView active={active} changed={changed} />
          </Button>
        }
      >
        <ViewList {...saved} />
        {active && changed && active.editable && (
          <MenuItem onClick={() => update(active)}>
            <RefreshCw aria-hidden />
            <span className="min-w-0 truncate">
              Update “<VisibleText value={active.name} />”
            </span>
          </MenuItem>
        )}
        <MenuItem onClick={() => open("save_view", trigger.current)}>
          <BookmarkPlus aria-hidden /> Save current filters…
        </MenuItem>
        {views !== undefined && views.length > 0 && (
          <MenuItem onClick={() => open("manage_views", trigger.current)}>
            <Settings2 aria-hidden /> Rename, share, delete…
          </MenuItem>
        )}
        <MenuSeparator />
        <MenuItem disabled={copyPinned === undefined} onClick={() => void copyPinned?.()}>
          <Pin aria-hidden />
          <span>
            Copy pinned link
            <span className="block text-xs text-muted-foreground">Shows the same rows later, whatever is recorded</span>
          </span>
        </MenuItem>
      </DropdownMenu>
      {dialog === "save_view" && (
        <ViewForm
          view={undefined}
          query={query}
          finalFocus={opener}
          onClose={close}
          onSaved={(view) => {
            follow(view.id);
            say(`“${visibleText(view.name)}” is saved.`);
          }}
        />
      )}
      {dialog === "manage_views" && <ManageViews views={views ?? []} finalFocus={opener} onClose={close} />}
    </>
  );
}
