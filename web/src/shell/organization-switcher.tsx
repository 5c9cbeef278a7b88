import { useNavigate } from "@tanstack/react-router";
import { ChevronsUpDown } from "lucide-react";
import type { Organization } from "../api/session.ts";
import { DropdownMenu, MenuChoices } from "../ui/menu.tsx";
import { Avatar } from "./avatar.tsx";
import { useOrganization, useSession } from "./session.ts";

function OrganizationName({ organization }: { organization: Organization | undefined }) {
  const name = organization?.name ?? "No organization";
  return (
    <>
      <Avatar name={name} className="rounded-md" />
      <span className="min-w-0 flex-1 truncate text-left text-sm font-medium">{name}</span>
    </>
  );
}

/** Whose activity the console shows; a choice only for people of several organizations. */
export function OrganizationSwitcher() {
  const { organizations } = useSession();
  const current = useOrganization();
  const navigate = useNavigate();
  if (organizations.length < 2 && current !== undefined) {
    return (
      <div className="flex h-11 items-center gap-2.5 px-2">
        <OrganizationName organization={current} />
      </div>
    );
  }
  return (
    <DropdownMenu
      trigger={
        <button
          type="button"
          className="flex h-11 w-full cursor-pointer items-center gap-2.5 rounded-lg px-2 hover:bg-accent data-popup-open:bg-accent"
        >
          <OrganizationName organization={current} />
          <span className="sr-only">, switch organization</span>
          <ChevronsUpDown aria-hidden className="size-3.5 text-muted-foreground" />
        </button>
      }
    >
      <MenuChoices
        label="Organizations"
        value={current?.id ?? ""}
        choices={organizations.map(({ id, name }) => ({ value: id, label: <span className="truncate">{name}</span> }))}
        onChange={(org) => void navigate({ to: ".", search: { org } })}
      />
    </DropdownMenu>
  );
}
