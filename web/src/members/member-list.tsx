import { type UseQueryResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { ShieldCheck, Users } from "lucide-react";
import { useState } from "react";
import { changeRole, type Member, membersQuery, type Role } from "../api/members.ts";
import type { DeletionParts } from "../shell/deletion.tsx";
import { Refusal } from "../shell/failure.tsx";
import { ResourceList } from "../shell/resource-list.tsx";
import { mayManage } from "../shell/role-choices.ts";
import { type CurrentOrganization, useRefreshSession, useSession } from "../shell/session.ts";
import { visibleText } from "../text/visible.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import type { ListColumn } from "../ui/list.tsx";
import { Notice } from "../ui/notice.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { When } from "../ui/when.tsx";
import { RemoveMember } from "./remove-member.tsx";
import { RoleSelect } from "./role-choice.tsx";
import { roleName } from "./role-name.ts";

/** From so many on, a field to find one of them. */
const SEARCH_FROM = 10;

interface MemberListProps extends Pick<DeletionParts, "onDone" | "outcome"> {
  readonly organization: CurrentOrganization;
  readonly query: UseQueryResult<readonly Member[]>;
}

function MemberName({ name, email, own }: { name: string; email: string; own: boolean }) {
  return (
    <span className="flex min-w-0 flex-col leading-5">
      <span className="flex min-w-0 items-center gap-2">
        <span className="truncate font-medium" title={visibleText(name)}>
          <VisibleText value={name} />
        </span>
        {own && (
          <Badge variant="outline" className="shrink-0 text-muted-foreground">
            You
          </Badge>
        )}
      </span>
      <span className="truncate text-xs text-muted-foreground" title={visibleText(email)}>
        <VisibleText value={email} />
      </span>
    </span>
  );
}

function TwoFactorMark({ on }: { on: boolean }) {
  if (!on) return <span className="text-muted-foreground">Off</span>;
  return (
    <span className="inline-flex items-center gap-1.5">
      <ShieldCheck aria-hidden className="size-4 text-added" /> On
    </span>
  );
}

interface RoleChange {
  readonly member: Member;
  readonly role: Role;
}

function useRoleChange(organization: CurrentOrganization, onDone: (what: string) => void) {
  const queries = useQueryClient();
  const { user } = useSession();
  const refreshSession = useRefreshSession();
  return useMutation<void, Error, RoleChange>({
    mutationFn: async ({ member, role }) => {
      const { queryKey } = membersQuery(organization.id);
      try {
        const changed = await changeRole(organization.id, member.user_id, role);
        queries.setQueryData(queryKey, (members) =>
          members?.map((one) => (one.user_id === changed.user_id ? changed : one)),
        );
      } catch (error) {
        // Somebody else may have changed or removed this member meanwhile.
        await queries.invalidateQueries({ queryKey });
        throw error;
      }
      onDone(`${visibleText(member.name)} is now ${role}.`);
      if (member.user_id === user.id) await refreshSession();
    },
  });
}

interface OwnRoleDialogProps extends RoleChange, Pick<DeletionParts, "onClose" | "outcome"> {
  readonly change: ReturnType<typeof useRoleChange>;
}

/** Asks before somebody takes a role from themselves. */
function OwnRoleDialog({ member, role, change, onClose, outcome }: OwnRoleDialogProps) {
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Change your role to ${role}?`}
      action={`Become ${role}`}
      pending={change.isPending}
      refusal={<Refusal error={change.error} />}
      onConfirm={() => change.mutate({ member, role }, { onSuccess: onClose })}
      finalFocus={outcome}
    >
      You lose the permissions of the role {member.role} at once. Only another person can restore your role.
    </ConfirmDialog>
  );
}

/** The organization was created by an application or the platform owner. */
function NoMembers() {
  return (
    <Notice icon={Users} title="No members yet">
      <p className="mt-2 text-muted-foreground">Invite the first one, as owner.</p>
    </Notice>
  );
}

function NoneFound({ onShowAll }: { onShowAll: () => void }) {
  return (
    <Notice icon={Users} title="No member matches">
      <p className="mt-2 text-muted-foreground">No member has this in their name or e-mail.</p>
      <Button variant="outline" className="mt-5" onClick={onShowAll}>
        Show all members
      </Button>
    </Notice>
  );
}

export function MemberList({ organization, query, onDone, outcome }: MemberListProps) {
  const { user } = useSession();
  const [search, setSearch] = useState("");
  const [removing, setRemoving] = useState<Member>();
  const [own, setOwn] = useState<RoleChange>();
  const change = useRoleChange(organization, onDone);
  const choose = (member: Member, role: Role) =>
    member.user_id === user.id ? setOwn({ member, role }) : change.mutate({ member, role });
  const columns = memberColumns({
    organization,
    userId: user.id,
    pending: change.isPending ? change.variables.member.user_id : undefined,
    onRole: choose,
    onRemove: setRemoving,
  });
  const wanted = search.trim().toLowerCase();
  const shown = query.data?.filter(({ name, email }) => `${name}\n${email}`.toLowerCase().includes(wanted));
  return (
    <>
      {(query.data?.length ?? 0) >= SEARCH_FROM && (
        <SearchInput label="Find a member by name or e-mail" value={search} onChange={setSearch} />
      )}
      {own === undefined && <Refusal error={change.error} />}
      <ResourceList
        query={{ data: shown, error: query.error, refetch: query.refetch }}
        label="Members"
        columns={columns}
        rowKey={({ user_id }) => user_id}
        empty={wanted === "" ? <NoMembers /> : <NoneFound onShowAll={() => setSearch("")} />}
      />
      {removing && (
        <RemoveMember
          organization={organization}
          member={removing}
          onClose={() => setRemoving(undefined)}
          onDone={onDone}
          outcome={outcome}
        />
      )}
      {own && <OwnRoleDialog {...own} change={change} onClose={() => setOwn(undefined)} outcome={outcome} />}
    </>
  );
}

const FACTS: readonly ListColumn<Member>[] = [
  {
    id: "two-factor",
    label: "Two-factor",
    width: "7rem",
    card: "line",
    cell: ({ two_factor }) => <TwoFactorMark on={two_factor} />,
  },
  {
    id: "joined",
    label: "Joined",
    width: "7.5rem",
    card: "line",
    cell: ({ joined_at }) => <When instant={joined_at} as="day" />,
  },
  {
    id: "active",
    label: "Last active",
    width: "9rem",
    card: "line",
    cell: ({ last_active_at }) =>
      last_active_at === null ? (
        <span className="text-muted-foreground">Never</span>
      ) : (
        <When instant={last_active_at} />
      ),
  },
];

interface ColumnParts {
  readonly organization: CurrentOrganization;
  readonly userId: string;
  /** Whose role is being changed. */
  readonly pending: string | undefined;
  readonly onRole: (member: Member, role: Role) => void;
  readonly onRemove: (member: Member) => void;
}

function memberColumns({ organization, userId, pending, onRole, onRemove }: ColumnParts): ListColumn<Member>[] {
  const manageable = (member: Member) => mayManage(organization, member.role);
  return [
    {
      id: "name",
      label: "Name",
      card: "title",
      cell: ({ name, email, user_id }) => <MemberName name={name} email={email} own={user_id === userId} />,
    },
    {
      id: "role",
      label: "Role",
      width: "9.5rem",
      card: "line",
      cell: (member) =>
        manageable(member) ? (
          <RoleSelect
            organization={organization}
            role={member.role}
            name={member.name}
            disabled={pending === member.user_id}
            onChange={(role) => onRole(member, role)}
          />
        ) : (
          <Badge variant="secondary">{roleName(member.role)}</Badge>
        ),
    },
    ...FACTS,
    {
      id: "actions",
      label: "Actions",
      width: "7rem",
      card: "foot",
      cell: (member) =>
        manageable(member) && member.user_id !== userId ? (
          <Button variant="outline" size="small" onClick={() => onRemove(member)}>
            Remove<span className="sr-only"> {visibleText(member.name)}</span>
          </Button>
        ) : null,
    },
  ];
}
