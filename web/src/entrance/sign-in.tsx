import { useMutation } from "@tanstack/react-query";
import { getRouteApi, Link, useLocation } from "@tanstack/react-router";
import { Clock } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Problem } from "../api/problem.ts";
import { type Credentials, signIn } from "../api/session.ts";
import { Entrance } from "../shell/entrance.tsx";
import { Refusal } from "../shell/failure.tsx";
import { PageTitle } from "../shell/page-title.tsx";
import { useEnter } from "../shell/session.ts";
import { Button } from "../ui/button.tsx";
import { Field, Input } from "../ui/field.tsx";
import { formText } from "../ui/form-text.ts";
import { Banner } from "../ui/notice.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { CodeStep } from "./code-step.tsx";
import { safeTarget, tokenIn } from "./link.ts";

const route = getRouteApi("/sign-in");

function useSignIn() {
  const enter = useEnter();
  const target = safeTarget(route.useSearch().redirect);
  return useMutation<void, Error, Credentials>({
    mutationFn: async (credentials) => {
      await signIn(credentials);
      await enter(target);
    },
  });
}

/** A link signs in only by this button's POST: mail scanners and previews that open the link change nothing. */
function LinkSignIn({ token }: { token: string }) {
  const { mutate, error, isPending } = useSignIn();
  const over = error instanceof Problem && error.code === "invalid_token";
  return (
    <Entrance title="Sign in to Daybook" intro="Your link works once.">
      <div className="mb-4 empty:hidden">
        <Refusal error={error} />
      </div>
      {!over && (
        <Button className="w-full" disabled={isPending} onClick={() => mutate({ token })}>
          {isPending && <Spinner />} Sign in
        </Button>
      )}
      {error && (
        <p className="mt-4 text-center text-sm text-muted-foreground">
          <Link to="/sign-in" className="text-link hover:underline">
            Sign in with e-mail and password
          </Link>
        </p>
      )}
    </Entrance>
  );
}

function SignedIn({ email, target }: { email: string; target: string }) {
  return (
    <p className="mt-4 text-center text-sm text-muted-foreground [overflow-wrap:anywhere]">
      You are signed in as {email}.{" "}
      <a href={target} className="text-link hover:underline">
        Continue
      </a>
    </p>
  );
}

function PasswordSignIn() {
  const { user } = route.useLoaderData();
  const { redirect, ended } = route.useSearch();
  const { mutate, error, isPending, reset } = useSignIn();
  /** What was right already, once a second factor is asked for. */
  const [first, setFirst] = useState<{ email: string; password: string }>();
  const asked = error instanceof Problem && error.code === "two_factor_required";
  if (first !== undefined) {
    return (
      <Entrance title="Enter your code" intro={`Two-factor is on for ${first.email}.`}>
        <CodeStep
          error={asked ? null : error}
          pending={isPending}
          onCode={(code) => mutate({ ...first, code })}
          onBack={() => {
            setFirst(undefined);
            reset();
          }}
        />
      </Entrance>
    );
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const credentials = { email: formText(form, "email"), password: formText(form, "password") };
    mutate(credentials, {
      onError: (refusal) => {
        if (refusal instanceof Problem && refusal.code === "two_factor_required") setFirst(credentials);
      },
    });
  };
  return (
    <Entrance title="Sign in to Daybook">
      {ended && !user && (
        <Banner tone="neutral" icon={Clock} className="mb-4">
          Your session has ended. Sign in to continue where you were.
        </Banner>
      )}
      <form onSubmit={submit} className="flex flex-col gap-4">
        {!asked && <Refusal error={error} />}
        <Field label="E-mail">
          {(control) => <Input {...control} name="email" type="email" autoComplete="username" required />}
        </Field>
        <Field label="Password">
          {(control) => <Input {...control} name="password" type="password" autoComplete="current-password" required />}
        </Field>
        <Button type="submit" className="mt-1 w-full" disabled={isPending}>
          {isPending && <Spinner />} Sign in
        </Button>
      </form>
      {user && <SignedIn email={user.email} target={safeTarget(redirect)} />}
    </Entrance>
  );
}

export function SignInPage() {
  const token = tokenIn(useLocation().hash);
  const { set_up } = route.useLoaderData();
  if (!set_up && token === undefined) return <SetupNeeded />;
  return (
    <>
      <PageTitle>Sign in</PageTitle>
      {token === undefined ? <PasswordSignIn /> : <LinkSignIn token={token} />}
    </>
  );
}

/** Nobody can sign in yet: whoever runs the server holds the link that begins. */
export function SetupNeeded() {
  return (
    <Entrance title="Daybook is not set up yet" intro="It takes a minute. You need a link that only the operator has.">
      <PageTitle>Set-up needed</PageTitle>
      <p className="text-sm text-muted-foreground">
        The server printed a one-time set-up link when it started. Open that link; a restart prints a new one:
      </p>
      <pre className="mt-3 overflow-x-auto rounded-lg border border-border bg-muted px-3 py-2.5 font-mono text-xs">
        http://…/setup#token=…
      </pre>
    </Entrance>
  );
}
