import { Fragment } from "react";
import { Dialog } from "../../ui/dialog.tsx";
import { Switch } from "../../ui/switch.tsx";
import { setSingleKeys, useSingleKeys } from "./single-keys.ts";

/** Each line: what it does, and its keys; `single` ones can be turned off. */
const KEYS: readonly { title: string; lines: readonly { does: string; keys: readonly string[]; single?: true }[] }[] = [
  {
    title: "Anywhere",
    lines: [
      { does: "Find a command", keys: ["Ctrl K", "⌘ K"] },
      { does: "Close the topmost panel", keys: ["Esc"] },
    ],
  },
  {
    title: "With a row focused",
    lines: [
      { does: "Next or previous row", keys: ["↓", "↑"] },
      { does: "Next or previous cell", keys: ["→", "←"] },
      { does: "First or last row", keys: ["Home", "End"] },
      { does: "Open or close the row", keys: ["Enter"] },
      { does: "Menu of the cell or row", keys: ["Shift F10"] },
    ],
  },
  {
    title: "Single keys",
    lines: [
      { does: "Next or previous row", keys: ["j", "k"], single: true },
      { does: "Search", keys: ["/"], single: true },
      { does: "Action Type", keys: ["f"], single: true },
      { does: "Start Date", keys: ["t"], single: true },
      { does: "Copy the cell, or the event as JSON", keys: ["c"], single: true },
      { does: "Export CSV", keys: ["e"], single: true },
      { does: "Switch Live on or off", keys: ["l"], single: true },
      { does: "This help", keys: ["?"], single: true },
    ],
  },
];

function SingleKeys() {
  const on = useSingleKeys();
  return (
    <Switch
      checked={on}
      onChange={setSingleKeys}
      className="min-h-11 justify-between rounded-lg border border-border px-3 py-2 text-sm"
    >
      <span>
        Single keys
        <span className="block text-xs text-muted-foreground">Stored in this browser.</span>
      </span>
    </Switch>
  );
}

export default function KeyboardHelp({ onClose }: { onClose: () => void }) {
  const on = useSingleKeys();
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="Keyboard">
      {KEYS.map(({ title, lines }) => (
        <section key={title}>
          <h3 className="mb-1 text-xs font-medium text-muted-foreground">{title}</h3>
          <dl className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 text-sm">
            {lines.map(({ does, keys, single }) => (
              <Fragment key={does}>
                <dt className={single && !on ? "text-muted-foreground line-through" : ""}>{does}</dt>
                <dd className="flex justify-end gap-1">
                  {keys.map((key) => (
                    <kbd
                      key={key}
                      className="min-w-6 rounded-md border border-border bg-muted px-1.5 text-center font-mono text-xs leading-5"
                    >
                      {key}
                    </kbd>
                  ))}
                </dd>
              </Fragment>
            ))}
          </dl>
        </section>
      ))}
      <SingleKeys />
    </Dialog>
  );
}
