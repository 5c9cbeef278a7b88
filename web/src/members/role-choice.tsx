import { useId } from "react";
import type { Role } from "../api/members.ts";
import { ROLE_CHOICES, rolesToGive } from "../shell/role-choices.ts";
import type { CurrentOrganization } from "../shell/session.ts";
import { visibleText } from "../text/visible.ts";
import { ChoiceCard } from "../ui/choice-card.tsx";
import type { FieldControl } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { roleName } from "./role-name.ts";

interface RoleSelectProps {
  readonly organization: CurrentOrganization;
  readonly role: Role;
  /** Whose role it is. */
  readonly name: string;
  readonly disabled: boolean;
  readonly onChange: (role: Role) => void;
}

/** The role of somebody who is there, as a choice of those one can give. */
export function RoleSelect({ organization, role, name, disabled, onChange }: RoleSelectProps) {
  const id = useId();
  const control: FieldControl & { "aria-label": string } = {
    id,
    "aria-label": `Role of ${visibleText(name)}`,
    "aria-describedby": undefined,
    "aria-invalid": undefined,
  };
  const choices = rolesToGive(organization).map((choice) => ({ value: choice.role, label: roleName(choice.role) }));
  return (
    <Select
      control={control}
      value={role}
      disabled={disabled}
      choices={choices}
      onChange={(next) => next !== role && onChange(next)}
    />
  );
}

interface RoleRadiosProps {
  readonly organization: CurrentOrganization;
  readonly value: Role;
  readonly onChange: (role: Role) => void;
}

/** The role of somebody who is to come, with what each may do. */
export function RoleRadios({ organization, value, onChange }: RoleRadiosProps) {
  const name = useId();
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-xs font-medium text-muted-foreground">
        Role in <VisibleText value={organization.name} />
      </legend>
      {ROLE_CHOICES.filter((choice) => rolesToGive(organization).includes(choice)).map(({ role, summary }) => (
        <ChoiceCard
          key={role}
          type="radio"
          name={name}
          value={role}
          checked={value === role}
          onChange={() => onChange(role)}
          title={roleName(role)}
          summary={summary}
        />
      ))}
    </fieldset>
  );
}
