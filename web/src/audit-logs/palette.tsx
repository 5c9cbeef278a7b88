import { Dialog } from "@base-ui/react/dialog";
import { Search } from "lucide-react";
import { type KeyboardEvent, useId, useRef, useState } from "react";
import { cn } from "../ui/cn.ts";
import type { Command } from "./commands.ts";

/** What has every word of the query in its group or label. */
function matching(commands: readonly Command[], query: string): readonly Command[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return commands.filter(({ group, label }) => {
    const text = `${group} ${label}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

interface PaletteProps {
  readonly commands: readonly Command[];
  readonly onClose: () => void;
}

/** Commands by name, for the keyboard. */
export default function Palette({ commands, onClose }: PaletteProps) {
  const id = useId();
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const [open, setOpen] = useState(true);
  const chosen = useRef<Command>(undefined);
  const input = useRef<HTMLInputElement>(null);
  const found = matching(commands, query);
  const choose = (command: Command | undefined) => {
    if (command === undefined) return;
    chosen.current = command;
    setOpen(false);
  };
  /** The focus is back where it was by now, and free to go where the command leads. */
  const finish = () => {
    onClose();
    chosen.current?.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0 && found.length > 0) setActive((active + step + found.length) % found.length);
    else if (event.key === "Enter") choose(found[active]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog.Root open={open} onOpenChange={setOpen} onOpenChangeComplete={(still) => !still && finish()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-overlay" />
        <Dialog.Popup
          data-slot="palette"
          aria-label="Commands"
          initialFocus={input}
          className="fixed top-[12dvh] left-1/2 z-40 flex max-h-[70dvh] w-[min(32rem,calc(100vw-2rem))] -translate-x-1/2 flex-col overflow-hidden rounded-xl border border-border bg-popover shadow-xl shadow-black/20 outline-none"
        >
          <div className="flex items-center gap-2.5 border-b border-border px-4 has-focus-visible:shadow-[inset_0_-1px_0_var(--ring)]">
            <Search aria-hidden className="size-4 shrink-0 text-muted-foreground" />
            <input
              ref={input}
              role="combobox"
              aria-label="Find a command"
              aria-expanded
              aria-controls={`${id}-list`}
              aria-activedescendant={found[active] && `${id}-${active}`}
              className="h-12 min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-muted-foreground"
              placeholder="Find a command"
              autoComplete="off"
              spellCheck={false}
              value={query}
              onChange={(event) => {
                setQuery(event.target.value);
                setActive(0);
              }}
              onKeyDown={onKeyDown}
            />
          </div>
          <div id={`${id}-list`} role="listbox" aria-label="Commands" className="overflow-y-auto p-1.5">
            {found.map((command, at) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the input's.
              <div
                key={`${command.group} ${command.label}`}
                id={`${id}-${at}`}
                role="option"
                tabIndex={-1}
                aria-selected={at === active}
                ref={at === active ? (element) => element?.scrollIntoView({ block: "nearest" }) : undefined}
                onPointerMove={() => setActive(at)}
                onClick={() => choose(command)}
                className={cn(
                  "flex min-h-9 cursor-pointer items-center gap-2 rounded-md px-2.5 text-sm max-lg:min-h-11",
                  at === active && "bg-accent",
                )}
              >
                <span className="w-14 shrink-0 text-xs text-muted-foreground">{command.group}</span>
                <span className="flex-1">{command.label}</span>
                {command.key && (
                  <kbd className="min-w-6 rounded-md border border-border bg-muted px-1.5 text-center font-mono text-xs leading-5">
                    {command.key}
                  </kbd>
                )}
              </div>
            ))}
          </div>
          {found.length === 0 && <p className="px-4 pb-4 text-sm text-muted-foreground">No command is called that.</p>}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
