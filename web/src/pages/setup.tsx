import { useMutation } from "@tanstack/react-query";
import { getRouteApi, Link, useLocation } from "@tanstack/react-router";
import { CircleAlert } from "lucide-react";
import { type FormEvent, useState } from "react";
import { fieldMessage, Problem } from "../api/problem.ts";
import { type Setup, setUp } from "../api/session.ts";
import { Entrance } from "../shell/entrance.tsx";
import { PageTitle } from "../shell/page-title.tsx";
import { useEnter } from "../shell/session.ts";
import { Button, buttonVariants } from "../ui/button.tsx";
import { Field, Input } from "../ui/field.tsx";
import { Banner } from "../ui/notice.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { tokenIn } from "./link.ts";
import { organizationId } from "./organization-id.ts";
import { SetupNeeded } from "./sign-in.tsx";

const route = getRouteApi("/setup");

const FIELDS = {
  organizationName: "/organization/name",
  organizationId: "/organization/id",
  name: "/owner/name",
  email: "/owner/email",
  password: "/owner/password",
} as const;

function AlreadySetUp() {
  return (
    <Entrance title="Daybook is set up" intro="The set-up link worked once and is used up.">
      <Link to="/sign-in" className={buttonVariants({ className: "w-full" })}>
        Go to sign-in
      </Link>
    </Entrance>
  );
}

/** What is wrong that no field says. */
function Refusal({ error }: { error: Error | null }) {
  const pointers: readonly string[] = Object.values(FIELDS);
  if (error === null) return null;
  if (error instanceof Problem && error.errors.some(({ pointer }) => pointers.includes(pointer))) return null;
  return (
    <Banner tone="failure" icon={CircleAlert} className="mb-4">
      {error.message}
    </Banner>
  );
}

/** The id follows the name until somebody writes one. */
function OrganizationFields({ problem }: { problem: Problem | null }) {
  const [name, setName] = useState("");
  const [chosenId, setChosenId] = useState<string>();
  return (
    <>
      <Field label="Organization name" error={fieldMessage(problem, FIELDS.organizationName)}>
        {(control) => (
          <Input
            {...control}
            name="organization-name"
            required
            autoComplete="organization"
            value={name}
            onChange={(e) => setName(e.target.value)}
          />
        )}
      </Field>
      <Field
        label="Organization ID"
        hint="Events name it as tenant_id. It cannot be changed later."
        error={fieldMessage(problem, FIELDS.organizationId)}
      >
        {(control) => (
          <Input
            {...control}
            name="organization-id"
            required
            pattern="[A-Za-z0-9._\-]{1,128}"
            title="Letters, digits, dot, hyphen and underscore"
            autoComplete="off"
            spellCheck={false}
            className="font-mono"
            value={chosenId ?? organizationId(name)}
            onChange={(e) => setChosenId(e.target.value)}
          />
        )}
      </Field>
    </>
  );
}

function SetupForm({ token }: { token: string }) {
  const enter = useEnter();
  const { mutate, error, isPending } = useMutation<void, Error, Setup>({
    mutationFn: async (setup) => {
      await setUp(setup);
      await enter("/");
    },
  });
  const problem = error instanceof Problem ? error : null;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (field: string) => String(form.get(field) ?? "");
    const owner = { name: text("name"), email: text("email"), password: text("password") };
    mutate({ token, organization: { id: text("organization-id"), name: text("organization-name") }, owner });
  };
  return (
    <Entrance title="Set up Daybook" intro="Your organization, and you as its owner.">
      <PageTitle>Set up</PageTitle>
      <Refusal error={error} />
      <form onSubmit={submit} className="flex flex-col gap-4">
        <OrganizationFields problem={problem} />
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
