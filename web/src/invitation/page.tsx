import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { lookUpInvitation, type OpenInvitation } from "../api/invitation.ts";
import { asProblem } from "../api/problem.ts";
import type { User } from "../api/session.ts";
import { Entrance } from "../shell/entrance.tsx";
import { PageTitle } from "../shell/page-title.tsx";
import { Button } from "../ui/button.tsx";
import { buttonVariants } from "../ui/button-variants.ts";
import { RequestId } from "../ui/notice.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { When } from "../ui/when.tsx";
import { AcceptAs, NewPersonForm, SignInFirst, WrongPerson } from "./acceptance.tsx";
import { forgetInvitation } from "./token.ts";

const route = getRouteApi("/invite");

export function InvitationPage() {
  const { invitation } = route.useRouteContext();
  return (
    <>
      <PageTitle>Invitation</PageTitle>
      {/* Again for another link that is opened over this one. */}
      <Answer key={invitation} token={invitation} />
    </>
  );
}

function Answer({ token }: { token: string | undefined }) {
  const { user } = route.useLoaderData();
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ["invitation", token],
    queryFn: () => lookUpInvitation(token ?? ""),
    enabled: token !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const problem = asProblem(error);
  const over = token === undefined || problem?.code === "invalid_token";
  useEffect(() => {
    if (over) forgetInvitation();
  }, [over]);
  if (over) return <Over />;
  if (data === undefined && problem) {
    return (
      <Entrance title="The invitation could not be looked up" intro={problem.message}>
        <div role="alert" className="flex flex-col items-center gap-3">
          <Button className="w-full" disabled={isFetching} onClick={() => void refetch()}>
            {isFetching && <Spinner />} Try again
          </Button>
          <RequestId id={problem.requestId} />
        </div>
      </Entrance>
    );
  }
  if (data === undefined) {
    return (
      <Entrance title="Looking up your invitation">
        <p role="status" className="flex justify-center py-4 text-muted-foreground">
          <Spinner />
          <span className="sr-only">Looking up your invitation</span>
        </p>
      </Entrance>
    );
  }
  return (
    <Invited invitation={data}>
      <WayIn token={token} invitation={data} user={user} />
    </Invited>
  );
}

interface WayInProps {
  readonly token: string;
  readonly invitation: OpenInvitation;
  readonly user: User | null;
}

/** What the reader can do, by who is signed in here and whether the invited person has an account. */
function WayIn({ token, invitation, user }: WayInProps) {
  if (user === null) {
    return invitation.account ? (
      <SignInFirst email={invitation.email} />
    ) : (
      <NewPersonForm token={token} invitation={invitation} />
    );
  }
  const invited = user.email.toLowerCase() === invitation.email.toLowerCase();
  return invited ? (
    <AcceptAs token={token} invitation={invitation} user={user} />
  ) : (
    <WrongPerson invitation={invitation} user={user} />
  );
}

function Invited({ invitation, children }: { invitation: OpenInvitation; children: ReactNode }) {
  const { organization, invited_by, role, email, expires_at } = invitation;
  return (
    <Entrance
      title="You are invited"
      intro={
        <span className="[overflow-wrap:anywhere]">
          <VisibleText value={invited_by.name} /> invites you to{" "}
          <strong className="font-semibold text-foreground">
            <VisibleText value={organization.name} />
          </strong>{" "}
          on Daybook.
        </span>
      }
    >
      <dl className="mb-5 grid grid-cols-[5rem_minmax(0,1fr)] gap-y-1.5 border-b border-border pb-5 text-sm">
        <dt className="text-muted-foreground">E-mail</dt>
        <dd className="[overflow-wrap:anywhere]">
          <VisibleText value={email} />
        </dd>
        <dt className="text-muted-foreground">Role</dt>
        <dd className="capitalize">{role}</dd>
        <dt className="text-muted-foreground">Expires</dt>
        <dd>
          <When instant={expires_at} />
        </dd>
      </dl>
      {children}
    </Entrance>
  );
}

/** Expired, used, withdrawn, mistyped: the server does not tell which, and the way on is the same. */
function Over() {
  return (
    <Entrance title="This invitation does not work" intro="An invitation's link works once, for seven days.">
      <div role="alert" className="text-sm text-pretty text-muted-foreground">
        <p>It may have been used, withdrawn or replaced by a newer one, or it has expired.</p>
        <p className="mt-2">
          Ask the person who invited you for a new link. If you accepted it already, you can simply sign in.
        </p>
      </div>
      <Link to="/sign-in" className={buttonVariants({ variant: "outline", className: "mt-5 w-full" })}>
        Go to sign-in
      </Link>
    </Entrance>
  );
}
