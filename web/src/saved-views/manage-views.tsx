import { Lock, Pencil, Trash2, Users } from "lucide-react";
import { type RefObject, useRef, useState } from "react";
import { deleteView, type SavedView, savedViewsQuery } from "../api/saved-views.ts";
import { useLogAccess } from "../audit-logs/log-access.ts";
import { DeletionDialog, type DeletionParts } from "../shell/deletion.tsx";
import { visibleText } from "../text/visible.ts";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/dialog.tsx";
import { Outcome } from "../ui/outcome.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { ViewForm } from "./view-form.tsx";

function DeleteView({ view, ...parts }: DeletionParts & { readonly view: SavedView }) {
  const { organization } = useLogAccess();
  const name = visibleText(view.name);
  return (
    <DeletionDialog
      {...parts}
      title={`Delete “${name}”?`}
      action="Delete"
      end={() => deleteView(organization.id, view.id)}
      list={savedViewsQuery(organization.id).queryKey}
      done={`“${name}” was deleted.`}
    >
      {view.shared ? "Nobody in the organization can use it any more. " : "Only you can use it. "}
      Events and copied links stay as they are.
    </DeletionDialog>
  );
}

function SharedMark({ view }: { view: SavedView }) {
  const Icon = view.shared ? Users : Lock;
  return (
    <span className="flex items-center gap-1.5 text-xs text-muted-foreground [&_svg]:size-3">
      <Icon aria-hidden />
      {view.shared ? (
        <span className="min-w-0 truncate">
          Shared by <VisibleText value={view.author.name} />
        </span>
      ) : (
        "Only you"
      )}
    </span>
  );
}

type Deed = "change" | "delete";

interface ViewRowProps {
  readonly view: SavedView;
  /** @param button asked for it. */
  readonly onEdit: (deed: Deed, button: HTMLElement) => void;
}

function ViewRow({ view, onEdit }: ViewRowProps) {
  const name = visibleText(view.name);
  return (
    <li className="flex items-center gap-2 px-2 py-2">
      <div className="min-w-0 flex-1">
        <p className="truncate text-sm font-medium" title={name}>
          <VisibleText value={view.name} />
        </p>
        <SharedMark view={view} />
      </div>
      {view.editable ? (
        <>
          <Button
            variant="ghost"
            size="icon"
            aria-label={`Rename or share ${name}`}
            title="Rename or share"
            onClick={(event) => onEdit("change", event.currentTarget)}
          >
            <Pencil aria-hidden />
          </Button>
          <Button
            variant="ghost"
            size="icon"
            aria-label={`Delete ${name}`}
            title="Delete"
            onClick={(event) => onEdit("delete", event.currentTarget)}
          >
            <Trash2 aria-hidden />
          </Button>
        </>
      ) : (
        <span className="text-xs text-muted-foreground">Its author and admins can change it</span>
      )}
    </li>
  );
}

interface ManageViewsProps {
  readonly views: readonly SavedView[];
  readonly finalFocus: RefObject<HTMLElement | null>;
  readonly onClose: () => void;
}

/** Every view one sees, and what one can do with it. */
export function ManageViews({ views, finalFocus, onClose }: ManageViewsProps) {
  const [editing, setEditing] = useState<{ view: SavedView; deed: Deed }>();
  const [done, setDone] = useState("");
  const outcome = useRef<HTMLDivElement>(null);
  /** The button that asked. */
  const asked = useRef<HTMLElement>(null);
  const edit = (view: SavedView, deed: Deed, button: HTMLElement) => {
    asked.current = button;
    setDone("");
    setEditing({ view, deed });
  };
  const end = () => setEditing(undefined);
  return (
    <Dialog open onOpenChange={onClose} title="Saved views" finalFocus={finalFocus}>
      <Outcome ref={outcome}>{done}</Outcome>
      {views.length === 0 && <p className="text-sm text-muted-foreground">There are no saved views.</p>}
      <ul aria-label="Saved views" className="-mx-2 flex flex-col divide-y divide-border">
        {views.map((view) => (
          <ViewRow key={view.id} view={view} onEdit={(deed, button) => edit(view, deed, button)} />
        ))}
      </ul>
      <DialogActions>
        <Button variant="outline" onClick={onClose}>
          Done
        </Button>
      </DialogActions>
      {editing?.deed === "change" && (
        <ViewForm
          view={editing.view}
          query={editing.view.query}
          finalFocus={asked}
          onClose={end}
          onSaved={(view) => setDone(`“${visibleText(view.name)}” is saved.`)}
        />
      )}
      {editing?.deed === "delete" && (
        <DeleteView view={editing.view} outcome={outcome} onClose={end} onDone={setDone} />
      )}
    </Dialog>
  );
}
