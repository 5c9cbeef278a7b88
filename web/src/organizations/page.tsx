import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Building2 } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { type ListedOrganization, organizationsQuery } from "../api/organizations.ts";
import { OrganizationPageFrame } from "../shell/organization-page.tsx";
import { may } from "../shell/permissions.ts";
import { ResourceList } from "../shell/resource-list.tsx";
import type { CurrentOrganization } from "../shell/session.ts";
import { visibleText } from "../text/visible.ts";
import { Button } from "../ui/button.tsx";
import { buttonVariants } from "../ui/button-variants.ts";
import { CopyButton } from "../ui/copy-button.tsx";
import type { ListColumn } from "../ui/list.tsx";
import { Notice } from "../ui/notice.tsx";
import { Outcome } from "../ui/outcome.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { When } from "../ui/when.tsx";
import { CreateOrganizationDialog } from "./create-dialog.tsx";

export function OrganizationsPage() {
  return (
    <OrganizationPageFrame
      title="Organizations"
      intro="Every organization of this deployment. When you view its logs, this is recorded there."
      page="/settings/organization/organizations"
      what="all organizations"
      gerund="Seeing every organization"
    >
      {(organization) => <Organizations platform={organization} />}
    </OrganizationPageFrame>
  );
}

function Organizations({ platform }: { platform: CurrentOrganization }) {
  const [search, setSearch] = useState("");
  const wanted = useDeferredValue(search.trim());
  const [done, setDone] = useState<string>();
  const query = useInfiniteQuery({ ...organizationsQuery(wanted), placeholderData: (before) => before });
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  return (
    <>
      <Outcome>{done}</Outcome>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <SearchInput label="Find by name or ID" value={search} onChange={setSearch} />
        {may(platform, "organization.create") && <CreateOrganizationDialog onCreated={setDone} />}
      </div>
      <ResourceList
        query={{ data: data?.pages.flatMap((page) => page.data), error, refetch }}
        label="Organizations"
        columns={COLUMNS}
        rowKey={({ id }) => id}
        empty={
          <Notice icon={Building2} title={wanted === "" ? "No organizations yet" : "No organization matches"}>
            <p className="mt-2 text-muted-foreground [overflow-wrap:anywhere]">
              {wanted === "" ? (
                "Create one, or let an application create them with a platform key."
              ) : (
                <>
                  None has “<VisibleText value={wanted} />” in its name or ID.
                </>
              )}
            </p>
          </Notice>
        }
        footer={
          hasNextPage && (
            <div className="flex justify-center border-t border-border px-4 py-3">
              <Button
                variant="ghost"
                aria-disabled={isFetchingNextPage}
                onClick={() => isFetchingNextPage || void fetchNextPage()}
              >
                {isFetchingNextPage && <Spinner />} Show more
              </Button>
            </div>
          )
        }
      />
    </>
  );
}

const COLUMNS: ListColumn<ListedOrganization>[] = [
  {
    id: "name",
    label: "Name",
    card: "title",
    cell: ({ name }) => (
      <span className="block truncate font-medium" title={visibleText(name)}>
        <VisibleText value={name} />
      </span>
    ),
  },
  {
    id: "id",
    label: "ID",
    width: "15rem",
    card: "line",
    cell: ({ id }) => (
      <span className="flex min-w-0 items-center gap-1">
        <span className="truncate font-mono text-xs text-muted-foreground" title={id}>
          {id}
        </span>
        <CopyButton value={id} label={`ID ${id}`} />
      </span>
    ),
  },
  {
    id: "members",
    label: "Members",
    width: "6.5rem",
    card: "line",
    cell: ({ members }) => <span className="tabular-nums">{members}</span>,
  },
  {
    id: "made",
    label: "Created",
    width: "7.5rem",
    card: "line",
    cell: ({ created_at }) => <When instant={created_at} as="day" />,
  },
  {
    id: "actions",
    label: "Actions",
    width: "16rem",
    card: "foot",
    cell: ({ id, name, members }) => (
      <span className="inline-flex flex-wrap gap-2">
        {members === 0 && (
          <Link
            to="/settings/organization/members"
            search={{ org: id }}
            className={buttonVariants({ variant: "outline", size: "small" })}
          >
            Invite owner<span className="sr-only"> of {visibleText(name)}</span>
          </Link>
        )}
        <Link
          to="/settings/organization/audit-logs"
          search={{ org: id }}
          className={buttonVariants({ variant: "outline", size: "small" })}
        >
          View audit logs<span className="sr-only"> of {visibleText(name)}</span>
        </Link>
      </span>
    ),
  },
];
