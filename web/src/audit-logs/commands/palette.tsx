import { Dialog } from "@base-ui/react/dialog";
import { Search } from "lucide-react";
import { type KeyboardEvent, useEffect, useEffectEvent, useId, useLayoutEffect, useRef, useState } from "react";
import { cn } from "../../ui/cn.ts";
import type { EventsState } from "../use-events.ts";
import type { PageTools } from "../use-page-tools.ts";
import { matchCommands } from "./command-match.ts";
import type { AskedCommands, Command } from "./commands.ts";
import { usePaletteCommands } from "./palette-commands.ts";

/** Rows that Page Up and Page Down go over. */
const PAGE = 8;

function keyOf({ group, label, id = label }: Command): string {
  return `${group} ${id}`;
}

/** Where a key leads in a list of so many, from the one at a place; undefined for a key that leads nowhere. */
function stepTo(key: string, at: number, count: number): number | undefined {
  if (key === "ArrowDown") return (at + 1) % count;
  if (key === "ArrowUp") return (at - 1 + count) % count;
  if (key === "PageDown") return Math.min(count - 1, at + PAGE);
  return key === "PageUp" ? Math.max(0, at - PAGE) : undefined;
}

interface OptionProps {
  readonly command: Command;
  readonly id: string;
  readonly active: boolean;
  readonly onPoint: () => void;
  readonly onChoose: () => void;
}

function Option({ command: { label, detail, key }, id, active, onPoint, onChoose }: OptionProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the input's.
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={active}
      ref={active ? (element) => element?.scrollIntoView({ block: "nearest" }) : undefined}
      onPointerMove={onPoint}
      onClick={onChoose}
      className={cn(
        "flex min-h-9 cursor-pointer items-center gap-3 rounded-md px-2.5 text-sm max-lg:min-h-11",
        active && "bg-accent",
      )}
    >
      <bdi className="min-w-0 flex-1 truncate">{label}</bdi>
      {detail !== undefined && (
        <bdi className="max-w-[45%] shrink-0 truncate text-xs text-muted-foreground">{detail}</bdi>
      )}
      {key && (
        <kbd className="min-w-6 rounded-md border border-border bg-muted px-1.5 text-center font-mono text-xs leading-5">
          {key}
        </kbd>
      )}
    </div>
  );
}

interface ListProps {
  readonly id: string;
  readonly found: readonly Command[];
  /** The place of the one that Enter runs. */
  readonly at: number;
  readonly onPoint: (command: Command) => void;
  readonly onChoose: (command: Command) => void;
}

function List({ id, found, at, onPoint, onChoose }: ListProps) {
  const groups = [...new Set(found.map(({ group }) => group))];
  return (
    <div id={`${id}-list`} role="listbox" aria-label="Commands" className="scroll-py-1.5 overflow-y-auto px-1.5">
      {groups.map((group) => (
        // biome-ignore lint/a11y/useSemanticElements: a group of options has no element of its own in a listbox.
        <div key={group} role="group" aria-labelledby={`${id}-${group}`} className="py-1.5">
          <div id={`${id}-${group}`} className="px-2.5 py-1 text-xs font-medium text-muted-foreground">
            {group}
          </div>
          {found.map(
            (command, place) =>
              command.group === group && (
                <Option
                  key={keyOf(command)}
                  command={command}
                  id={`${id}-${place}`}
                  active={place === at}
                  onPoint={() => onPoint(command)}
                  onChoose={() => onChoose(command)}
                />
              ),
          )}
        </div>
      ))}
    </div>
  );
}

/** What is known of the commands beside those that were found. */
function PaletteStatus({ none, loading, failures }: { none: boolean; loading: boolean; failures: readonly string[] }) {
  return (
    <div role="status" className="px-4 text-sm text-muted-foreground *:py-3">
      {none && !loading && <p>No matching commands.</p>}
      {loading && <p>Loading more commands…</p>}
      {failures.map((failure) => (
        <p key={failure} className="text-failure">
          {failure}.
        </p>
      ))}
    </div>
  );
}

interface FinderProps extends ReturnType<typeof usePaletteCommands> {
  readonly onChoose: (command: Command) => void;
}

/** Finds a command by what is typed. */
function Finder({ commands, loading, failures, onChoose }: FinderProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [query, setQuery] = useState("");
  /** By its key: what comes later does not move it. */
  const [pointed, setPointed] = useState<string>();
  /** Enter was pressed before what is meant was loaded. */
  const [entered, setEntered] = useState(false);
  const found = matchCommands(commands, query);
  const at = Math.max(
    0,
    found.findIndex((command) => keyOf(command) === pointed),
  );
  const active = found[at];
  // The dialog would give it the focus a frame later, and what is typed until then would go elsewhere; it has seen by now where the focus was.
  useLayoutEffect(() => queueMicrotask(() => input.current?.focus()), []);
  const choose = useEffectEvent(onChoose);
  useEffect(() => {
    if (entered && !loading && active) choose(active);
  }, [entered, loading, active]);
  const onKeyDown = (event: KeyboardEvent) => {
    // What an input method takes is not ours.
    if (event.nativeEvent.isComposing) return;
    const next = found[stepTo(event.key, at, found.length) ?? -1];
    if (next) setPointed(keyOf(next));
    else if (event.key === "Enter" && active) onChoose(active);
    else if (event.key === "Enter" && loading) setEntered(true);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <div className="flex items-center gap-2.5 border-b border-border px-4 has-focus-visible:shadow-[inset_0_-1px_0_var(--ring)]">
        <Search aria-hidden className="size-4 shrink-0 text-muted-foreground" />
        <input
          ref={input}
          role="combobox"
          aria-label="Find a command"
          aria-expanded
          aria-controls={`${id}-list`}
          aria-activedescendant={active && `${id}-${at}`}
          className="h-12 min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-muted-foreground"
          placeholder="Find a command"
          autoComplete="off"
          spellCheck={false}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setPointed(undefined);
            setEntered(false);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <List id={id} found={found} at={at} onPoint={(command) => setPointed(keyOf(command))} onChoose={onChoose} />
      <PaletteStatus none={found.length === 0} loading={loading} failures={failures} />
    </>
  );
}

export interface PaletteProps {
  /** Those that have a key. */
  readonly commands: readonly Command[];
  readonly tools: PageTools;
  readonly events: EventsState;
  readonly onClose: () => void;
}

/** Commands by name, for the keyboard. @param more those of the page's features. */
export function Palette({ onClose, ...sources }: PaletteProps & { readonly more: readonly AskedCommands[] }) {
  const found = usePaletteCommands(sources);
  const [open, setOpen] = useState(true);
  const chosen = useRef<Command>(undefined);
  const choose = (command: Command) => {
    chosen.current = command;
    setOpen(false);
  };
  /** The focus is back where it was by now, and free to go where the command leads. */
  const finish = () => {
    onClose();
    chosen.current?.run();
  };
  return (
    <Dialog.Root open={open} onOpenChange={setOpen} onOpenChangeComplete={(still) => !still && finish()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-overlay" />
        <Dialog.Popup
          data-slot="palette"
          aria-label="Commands"
          className="fixed top-[12dvh] left-1/2 z-40 flex max-h-[70dvh] w-[min(32rem,calc(100vw-2rem))] -translate-x-1/2 flex-col overflow-hidden rounded-xl border border-border bg-popover shadow-xl shadow-black/20 outline-none"
        >
          <Finder {...found} onChoose={choose} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
