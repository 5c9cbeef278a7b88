import { Layers } from "lucide-react";
import { Button } from "../../ui/button.tsx";
import { DropdownMenu, MenuChoices } from "../../ui/menu.tsx";
import { GROUPING_NAMES, type Grouping } from "./grouping.ts";

interface GroupMenuProps {
  /** Undefined for rows. */
  readonly by: Grouping | undefined;
  readonly onChange: (by: Grouping | undefined) => void;
}

const CHOICES = [
  { value: "none", label: "Nothing" },
  { value: "actor_id", label: GROUPING_NAMES.actor_id },
  { value: "ip", label: GROUPING_NAMES.ip },
  { value: "resource", label: GROUPING_NAMES.resource },
] as const;

/** Shows the events as rows, or counted by what they have in common. */
export default function GroupMenu({ by, onChange }: GroupMenuProps) {
  return (
    <DropdownMenu
      className="w-44"
      trigger={
        <Button variant="ghost" size="small" title="Group by" className="max-lg:min-w-11">
          <Layers aria-hidden className="size-3.5!" />
          <span className={by === undefined ? "sr-only" : ""}>
            {/* A phone has room for the name alone. */}
            <span className="max-sm:sr-only">Group by</span> {by && GROUPING_NAMES[by]}
          </span>
        </Button>
      }
    >
      <MenuChoices
        label="Group by"
        value={by ?? "none"}
        choices={CHOICES}
        onChange={(value) => onChange(value === "none" ? undefined : value)}
      />
    </DropdownMenu>
  );
}
