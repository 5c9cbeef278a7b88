import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { acceptInvitation, type OpenInvitation } from "../api/invitation.ts";
import { fieldMessage, problemOrNull } from "../api/problem.ts";
import { signOut, type User } from "../api/session.ts";
import { Refusal } from "../shell/failure.tsx";
import { may } from "../shell/permissions.ts";
import { useEnter } from "../shell/session.ts";
import { Button } from "../ui/button.tsx";
import { buttonVariants } from "../ui/button-variants.ts";
import { Field, Input } from "../ui/field.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { forgetInvitation } from "./token.ts";

type Acceptance = Parameters<typeof acceptInvitation>[0];

/** Accepts, then goes to where the new member has something to see. */
function useAcceptance({ organization }: OpenInvitation) {
  const enter = useEnter();
  return useMutation<void, Error, Acceptance>({
    mutationFn: async (acceptance) => {
      const session = await acceptInvitation(acceptance);
      forgetInvitation();
      const joined = session.organizations.find(({ id }) => id === organization.id);
      const page = may(joined, "audit_log.read") ? "/settings/organization/audit-logs" : "/settings/organization";
      await enter(`${page}?${new URLSearchParams({ org: organization.id })}`);
    },
  });
}

interface NewPersonFormProps {
  readonly token: string;
  readonly invitation: OpenInvitation;
}

const FIELDS = ["/name", "/password"];

export function NewPersonForm({ token, invitation }: NewPersonFormProps) {
  const { mutate, error, isPending } = useAcceptance(invitation);
  const problem = problemOrNull(error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    mutate({ token, name: String(form.get("name") ?? ""), password: String(form.get("password") ?? "") });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Refusal error={error} fields={FIELDS} />
      {/* Tells password managers whose password it is. */}
      <input type="text" name="username" autoComplete="username" value={invitation.email} readOnly hidden />
      <Field label="Your name" error={fieldMessage(problem, "/name")}>
        {(control) => <Input {...control} name="name" required maxLength={200} autoComplete="name" />}
      </Field>
      <Field label="Password" hint="At least 10 characters." error={fieldMessage(problem, "/password")}>
        {(control) => (
          <Input {...control} name="password" type="password" required minLength={10} autoComplete="new-password" />
        )}
      </Field>
      <Button type="submit" className="mt-1 w-full" disabled={isPending}>
        {isPending && <Spinner />} Accept and sign in
      </Button>
    </form>
  );
}

/** The invited person is signed in. */
export function AcceptAs({ token, invitation, user }: NewPersonFormProps & { readonly user: User }) {
  const { mutate, error, isPending } = useAcceptance(invitation);
  return (
    <div className="flex flex-col gap-4">
      <Refusal error={error} />
      <Button className="w-full" disabled={isPending} onClick={() => mutate({ token })}>
        {isPending && <Spinner />}
        <span className="min-w-0 truncate">
          Accept as <VisibleText value={user.name} />
        </span>
      </Button>
    </div>
  );
}

export function SignInFirst({ email }: { email: string }) {
  return (
    <>
      <p className="mb-4 text-sm text-pretty text-muted-foreground [overflow-wrap:anywhere]">
        There is an account for <VisibleText value={email} />. Sign in with it, and you come back here.
      </p>
      <Link to="/sign-in" search={{ redirect: "/invite" }} className={buttonVariants({ className: "w-full" })}>
        Sign in to accept
      </Link>
    </>
  );
}

export function WrongPerson({ invitation, user }: { invitation: OpenInvitation; user: User }) {
  const enter = useEnter();
  const { mutate, error, isPending } = useMutation<void, Error, void>({
    mutationFn: async () => {
      await signOut();
      await enter("/invite");
    },
  });
  return (
    <div className="flex flex-col gap-4">
      <p role="alert" className="text-sm text-pretty [overflow-wrap:anywhere]">
        You are signed in as <strong className="font-medium">{user.email}</strong>, but this invitation is for{" "}
        <strong className="font-medium">
          <VisibleText value={invitation.email} />
        </strong>
        .
      </p>
      <Refusal error={error} />
      <Button className="w-full" disabled={isPending} onClick={() => mutate()}>
        {isPending && <Spinner />} Sign out and continue
      </Button>
      <Link to="/" className={buttonVariants({ variant: "ghost", className: "w-full" })}>
        Stay signed in
      </Link>
    </div>
  );
}
