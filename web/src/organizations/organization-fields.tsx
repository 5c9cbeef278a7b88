import { useState } from "react";
import { fieldMessage, type Problem } from "../api/problem.ts";
import { Field, Input } from "../ui/field.tsx";
import { organizationId } from "./organization-id.ts";

interface OrganizationFieldsProps {
  readonly problem: Problem | null;
  /** Where the request's body has them. */
  readonly pointers: { readonly name: string; readonly id: string };
}

/** Name and id of a new organization; the id follows the name until somebody writes one. */
export function OrganizationFields({ problem, pointers }: OrganizationFieldsProps) {
  const [name, setName] = useState("");
  const [chosenId, setChosenId] = useState<string>();
  return (
    <>
      <Field label="Organization name" error={fieldMessage(problem, pointers.name)}>
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
        error={fieldMessage(problem, pointers.id)}
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
