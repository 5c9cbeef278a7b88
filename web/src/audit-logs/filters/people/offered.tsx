import type { Person } from "../../../api/people.ts";
import { countWords } from "../../../text/count-text.ts";
import { truncateId } from "../../../text/truncate.ts";
import { visibleText } from "../../../text/visible.ts";
import { cn } from "../../../ui/cn.ts";
import { VisibleText } from "../../../ui/visible-text.tsx";
import { CountMark } from "../card/count-mark.tsx";
import type { useActiveOption } from "../card/use-active-option.ts";

interface OfferedProps {
  readonly people: readonly Person[];
  readonly options: ReturnType<typeof useActiveOption>;
  readonly onChoose: (id: string) => void;
}

/** Name, e-mail and short id of each, with how many events they have: equal names are told apart by the rest. */
export default function Offered({ people, options, onChoose }: OfferedProps) {
  return (
    <div
      id={options.listId}
      role="listbox"
      aria-label="Users"
      className="absolute top-full left-0 z-50 mt-1.5 max-h-80 w-max max-w-[min(24rem,calc(100vw-2rem))] min-w-full overflow-y-auto rounded-lg border border-border bg-popover p-1 shadow-lg shadow-black/10"
    >
      {people.map(({ id, name, email, count }, index) => (
        <div
          key={id}
          id={options.optionId(index)}
          role="option"
          aria-selected={index === options.active}
          aria-description={countWords(count)}
          tabIndex={-1}
          // The field keeps the focus.
          onPointerDown={(event) => event.preventDefault()}
          onPointerMove={() => options.setActive(index)}
          onClick={() => onChoose(id)}
          onKeyDown={(event) => event.key === "Enter" && onChoose(id)}
          className={cn(
            "flex min-h-9 cursor-pointer items-center gap-3 rounded-md px-2 py-1 text-sm leading-4 max-lg:min-h-11",
            index === options.active && "bg-accent",
          )}
        >
          <span className="min-w-0 flex-1">
            <span className="block truncate">
              <VisibleText value={name ?? email ?? id} />
            </span>
            <span className="flex gap-2 text-xs text-muted-foreground">
              {name !== undefined && email !== undefined && (
                <span className="truncate">
                  <VisibleText value={email} />
                </span>
              )}
              {(name ?? email) !== undefined && (
                <span className="shrink-0 font-mono text-[0.6875rem]" title={visibleText(id)}>
                  <VisibleText value={truncateId(id)} />
                </span>
              )}
            </span>
          </span>
          <CountMark count={count} />
        </div>
      ))}
    </div>
  );
}
