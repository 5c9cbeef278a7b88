import { ChevronsUpDown } from "lucide-react";
import { visibleText } from "../text/visible.ts";
import { DropdownMenu, MenuChoices } from "../ui/menu.tsx";
import { Avatar } from "./avatar.tsx";
import { type CurrentOrganization, useOrganization, useSession } from "./session.ts";
import { useSwitchOrganization } from "./switch-organization.ts";

function OrganizationName({ organization }: { organization: CurrentOrganization | undefined }) {
  const name = organization === undefined ? "No organization" : visibleText(organization.name);
  return (
    <>
      <Avatar name={name} className="rounded-md" />
      <span className="flex min-w-0 flex-1 flex-col text-left group-data-folded/sidebar:sr-only">
        <span className="truncate text-sm leading-4.5 font-medium" title={name}>
          <bdi>{name}</bdi>
        </span>
        {organization?.visited && <span className="truncate text-xs text-muted-foreground">as platform owner</span>}
      </span>
    </>
  );
}

/** Whose activity the console shows; a choice only for people of several organizations. */
export function OrganizationSwitcher() {
  const { organizations } = useSession();
  const current = useOrganization();
  const change = useSwitchOrganization();
  if (organizations.length < 2 && current !== undefined && !current.visited) {
    return (
      <div className="flex h-11 items-center gap-2.5 px-2 group-data-folded/sidebar:px-0.5">
        <OrganizationName organization={current} />
      </div>
    );
  }
  return (
    <DropdownMenu
      trigger={
        <button
          type="button"
          className="flex h-11 w-full cursor-pointer items-center gap-2.5 rounded-lg px-2 hover:bg-accent group-data-folded/sidebar:px-0.5 data-popup-open:bg-accent"
        >
          <OrganizationName organization={current} />
          <span className="sr-only">, switch organization</span>
          <ChevronsUpDown aria-hidden className="size-3.5 text-muted-foreground group-data-folded/sidebar:hidden" />
        </button>
      }
    >
      <MenuChoices
        label="Organizations"
        value={current?.id ?? ""}
        choices={organizations.map(({ id, name }) => ({
          value: id,
          label: (
            <span className="truncate">
              <bdi>{visibleText(name)}</bdi>
            </span>
          ),
        }))}
        onChange={change}
      />
    </DropdownMenu>
  );
}
