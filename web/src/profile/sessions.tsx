import { useMutation, useQuery } from "@tanstack/react-query";
import { LogOut, Monitor, Smartphone } from "lucide-react";
import { useRef, useState } from "react";
import { endSession, type OwnSession, openSessionsQuery } from "../api/profile.ts";
import { Refusal } from "../shell/failure.tsx";
import { ResourceList } from "../shell/resource-list.tsx";
import { useEnter } from "../shell/session.ts";
import { useDeletion } from "../shell/use-deletion.ts";
import { visibleText } from "../text/visible.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import type { ListColumn } from "../ui/list.tsx";
import { Outcome } from "../ui/outcome.tsx";
import { When } from "../ui/when.tsx";
import { browserName, isHandheld } from "./browser-name.ts";

/** Where one is signed in, and signing out there. */
export function Sessions() {
  const sessions = useQuery(openSessionsQuery);
  const outcome = useRef<HTMLDivElement>(null);
  const [done, setDone] = useState<string>();
  const { mutate, error, isPending, variables } = useDeletion<OwnSession>({
    end: ({ id }) => endSession(id),
    list: openSessionsQuery.queryKey,
    onEnded: ({ user_agent }) => {
      setDone(`${browserName(user_agent)} is signed out.`);
      outcome.current?.focus();
    },
  });
  return (
    <section aria-labelledby="sessions-title" className="mt-4 flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 id="sessions-title" className="text-base font-semibold">
          Where you are signed in
        </h2>
        <SignOutEverywhere />
      </div>
      <Outcome ref={outcome}>{done}</Outcome>
      <Refusal error={error} />
      <ResourceList
        query={sessions}
        label="Sessions"
        columns={sessionColumns((session) => isPending || mutate(session), isPending ? variables.id : undefined)}
        rowKey={({ id }) => id}
        empty={null}
      />
    </section>
  );
}

function SignOutEverywhere() {
  const enter = useEnter();
  const [open, setOpen] = useState(false);
  const { mutate, error, isPending } = useMutation<void, Error, void>({
    mutationFn: async () => {
      await endSession(undefined);
      await enter("/sign-in");
    },
  });
  return (
    <>
      <Button variant="outline" onClick={() => setOpen(true)}>
        <LogOut aria-hidden /> Sign out everywhere
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title="Sign out everywhere?"
        action="Sign out everywhere"
        pending={isPending}
        refusal={<Refusal error={error} />}
        onConfirm={() => mutate()}
      >
        You will be signed out in every browser at once, including this one. Then sign in again.
      </ConfirmDialog>
    </>
  );
}

function Browser({ session }: { session: OwnSession }) {
  const Icon = isHandheld(session.user_agent) ? Smartphone : Monitor;
  return (
    <span className="flex min-w-0 items-center gap-3">
      <Icon aria-hidden className="size-4 shrink-0 text-muted-foreground" />
      <span className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
        <span className="font-medium" title={session.user_agent === null ? undefined : visibleText(session.user_agent)}>
          {browserName(session.user_agent)}
        </span>
        {session.current && <Badge variant="secondary">This browser</Badge>}
      </span>
    </span>
  );
}

/** @param ending the session that is being ended. */
function sessionColumns(onEnd: (session: OwnSession) => void, ending: string | undefined): ListColumn<OwnSession>[] {
  return [
    { id: "browser", label: "Browser", card: "title", cell: (session) => <Browser session={session} /> },
    {
      id: "address",
      label: "IP Address",
      width: "12rem",
      card: "line",
      cell: ({ ip }) => (
        <span className="font-mono text-xs [overflow-wrap:anywhere]">{ip === null ? "—" : visibleText(ip)}</span>
      ),
    },
    {
      id: "since",
      label: "Signed in",
      width: "7.5rem",
      card: "line",
      cell: ({ created_at }) => <When instant={created_at} as="day" />,
    },
    {
      id: "used",
      label: "Last used",
      width: "9rem",
      card: "line",
      cell: ({ last_used_at }) => <When instant={last_used_at} />,
    },
    {
      id: "actions",
      label: "Actions",
      width: "7rem",
      card: "foot",
      cell: (session) =>
        session.current ? null : (
          <Button variant="outline" size="small" aria-disabled={ending === session.id} onClick={() => onEnd(session)}>
            Sign out<span className="sr-only"> {browserName(session.user_agent)}</span>
          </Button>
        ),
    },
  ];
}
