import type { Key } from "../api/keys.ts";
import { visibleText } from "../text/visible.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import type { ListColumn } from "../ui/list.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { When } from "../ui/when.tsx";
import { ExpiryCell } from "./expiry-cell.tsx";

function maker({ created_by }: Key): string {
  return created_by.name ?? created_by.email ?? created_by.id ?? created_by.type;
}

const FACTS: readonly ListColumn<Key>[] = [
  {
    id: "name",
    label: "Name",
    card: "title",
    cell: ({ name, prefix }) => (
      <span className="flex min-w-0 flex-col leading-5">
        <span className="truncate font-medium" title={visibleText(name)}>
          <VisibleText value={name} />
        </span>
        <span className="truncate font-mono text-xs text-muted-foreground">{prefix}…</span>
      </span>
    ),
  },
  {
    id: "scopes",
    label: "Scopes",
    width: "17rem",
    card: "line",
    cell: ({ scopes }) => (
      <span className="flex flex-wrap gap-1">
        {scopes.map((scope) => (
          <Badge key={scope} variant="outline" className="font-mono text-[0.6875rem] font-normal">
            {scope}
          </Badge>
        ))}
      </span>
    ),
  },
  {
    id: "maker",
    label: "Created by",
    width: "10.5rem",
    card: "line",
    cell: (key) => (
      <span className="flex min-w-0 flex-col leading-5">
        <span className="truncate" title={visibleText(maker(key))}>
          <VisibleText value={maker(key)} />
        </span>
        <span className="text-xs text-muted-foreground">
          <When instant={key.created_at} as="day" />
        </span>
      </span>
    ),
  },
  {
    id: "used",
    label: "Last used",
    width: "8.5rem",
    card: "line",
    cell: ({ last_used_at }) =>
      last_used_at === null ? <span className="text-muted-foreground">Never</span> : <When instant={last_used_at} />,
  },
  {
    id: "expires",
    label: "Expires",
    width: "8.5rem",
    card: "line",
    cell: ({ expires_at }) => <ExpiryCell expiresAt={expires_at} />,
  },
];

/** @param onRevoke undefined for who cannot. */
export function keyColumns(onRevoke: ((key: Key) => void) | undefined): readonly ListColumn<Key>[] {
  if (onRevoke === undefined) return FACTS;
  return [
    ...FACTS,
    {
      id: "actions",
      label: "Actions",
      width: "7rem",
      card: "foot",
      cell: (key) => (
        <Button variant="outline" size="small" onClick={() => onRevoke(key)}>
          Revoke<span className="sr-only"> {visibleText(key.name)}</span>
        </Button>
      ),
    },
  ];
}
