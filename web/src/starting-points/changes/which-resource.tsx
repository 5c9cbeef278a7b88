import { type FormEvent, useRef } from "react";
import { FREE_TEXT_MAX } from "../../audit-logs/filters/filters.ts";
import type { FilterState } from "../../audit-logs/filters/use-filters.ts";
import { useGroups } from "../../audit-logs/grouped/use-groups.ts";
import { countNumber } from "../../text/count-text.ts";
import { clip, truncateId } from "../../text/truncate.ts";
import { Button } from "../../ui/button.tsx";
import { Input } from "../../ui/field.tsx";
import { VisibleText } from "../../ui/visible-text.tsx";
import { Choice } from "../panel.tsx";

const RESOURCES_SHOWN = 8;

/** Which resource: one of those that changed most, or one whose id is known. */
export function WhichResource({ state, query }: { state: FilterState; query: URLSearchParams }) {
  const input = useRef<HTMLInputElement>(null);
  const { data, problem } = useGroups(query, "resource", RESOURCES_SHOWN);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const id = input.current?.value.trim() ?? "";
    if (id !== "") state.set("resource_id", [id]);
  };
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      {problem !== undefined && (
        <p role="alert" className="text-xs text-failure">
          {problem.message}
        </p>
      )}
      <ul aria-label="Resources" className="flex min-h-7 min-w-0 flex-wrap gap-1.5">
        {data?.groups.map(({ type = "", value, name, count }) => (
          <li key={JSON.stringify([type, value])} className="max-w-full">
            <Choice
              pressed={false}
              onPress={() => state.setAll({ ...state.filters, resource_id: [value], resource_type: type })}
            >
              <span className="text-muted-foreground">
                <VisibleText value={clip(type, 24)} />
              </span>
              <span className="max-w-48 truncate font-medium">
                <VisibleText value={name ?? truncateId(value)} />
              </span>
              <span className="tabular-nums">
                {countNumber(count)} <span className="sr-only">{count === 1 ? "change" : "changes"}</span>
              </span>
            </Choice>
          </li>
        ))}
      </ul>
      <form onSubmit={submit} className="flex gap-2">
        <Input
          ref={input}
          aria-label="Resource ID to follow"
          placeholder="or its resource ID"
          maxLength={FREE_TEXT_MAX}
          autoComplete="off"
          className="h-7 w-48 text-xs max-lg:h-11"
        />
        <Button type="submit" variant="outline" size="small">
          Follow
        </Button>
      </form>
    </div>
  );
}
