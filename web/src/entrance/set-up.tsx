import { useMutation } from "@tanstack/react-query";
import { getRouteApi, Link, useLocation } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { fieldMessage, problemOrNull } from "../api/problem.ts";
import { type SetUp, setUp } from "../api/session.ts";
import { OrganizationFields } from "../organizations/organization-fields.tsx";
import { Entrance } from "../shell/entrance.tsx";
import { Refusal } from "../shell/failure.tsx";
import { PageTitle } from "../shell/page-title.tsx";
import { useEnter } from "../shell/session.ts";
import { Button } from "../ui/button.tsx";
import { buttonVariants } from "../ui/button-variants.ts";
import { Field, Input } from "../ui/field.tsx";
import { formText } from "../ui/form-text.ts";
import { Spinner } from "../ui/spinner.tsx";
import { tokenIn } from "./link.ts";
import { SetupNeeded } from "./sign-in.tsx";

const route = getRouteApi("/setup");

const ORGANIZATION = { name: "/organization/name", id: "/organization/id" };
const FIELDS = {
  name: "/owner/name",
  email: "/owner/email",
  password: "/owner/password",
} as const;

function AlreadySetUp() {
  return (
    <Entrance title="Daybook is set up" intro="The set-up link was used. It works only once.">
      <Link to="/sign-in" className={buttonVariants({ className: "w-full" })}>
        Go to sign-in
      </Link>
    </Entrance>
  );
}

function SetupForm({ token }: { token: string }) {
  const enter = useEnter();
  const { mutate, error, isPending } = useMutation<void, Error, SetUp>({
    mutationFn: async (setup) => {
      await setUp(setup);
      await enter("/");
    },
  });
  const problem = problemOrNull(error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = (field: string) => formText(event.currentTarget, field);
    const owner = { name: text("name"), email: text("email"), password: text("password") };
    mutate({ token, organization: { id: text("organization-id"), name: text("organization-name") }, owner });
  };
  return (
    <Entrance title="Set up Daybook" intro="Your organization, and you as its owner.">
      <PageTitle>Set up</PageTitle>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Refusal error={error} fields={[...Object.values(ORGANIZATION), ...Object.values(FIELDS)]} />
        <OrganizationFields problem={problem} pointers={ORGANIZATION} />
        <hr className="my-1 border-border" />
        <Field label="Your name" error={fieldMessage(problem, FIELDS.name)}>
          {(control) => <Input {...control} name="name" required autoComplete="name" />}
        </Field>
        <Field label="E-mail" error={fieldMessage(problem, FIELDS.email)}>
          {(control) => <Input {...control} name="email" type="email" required autoComplete="username" />}
        </Field>
        <Field label="Password" hint="At least 10 characters." error={fieldMessage(problem, FIELDS.password)}>
          {(control) => (
            <Input {...control} name="password" type="password" required minLength={10} autoComplete="new-password" />
          )}
        </Field>
        <Button type="submit" className="mt-1 w-full" disabled={isPending}>
          {isPending && <Spinner />} Set up and open Audit Logs
        </Button>
      </form>
    </Entrance>
  );
}

export function SetupPage() {
  const token = tokenIn(useLocation().hash);
  const { set_up } = route.useLoaderData();
  if (set_up) return <AlreadySetUp />;
  return token === undefined ? <SetupNeeded /> : <SetupForm token={token} />;
}
