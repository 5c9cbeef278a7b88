import { ChevronsUpDown, LogOut, Monitor, Moon, Sun } from "lucide-react";
import { visibleText } from "../text/visible.ts";
import { setTheme, THEME_LABELS, THEMES, useTheme } from "../theme/theme.ts";
import { DropdownMenu, MenuChoices, MenuItem, MenuSeparator } from "../ui/menu.tsx";
import { Avatar } from "./avatar.tsx";
import { useSession, useSignOut } from "./session.ts";

const ICONS = { light: Sun, dark: Moon, system: Monitor } as const;

const CHOICES = THEMES.map((value) => {
  const Icon = ICONS[value];
  return {
    value,
    label: (
      <>
        <Icon aria-hidden /> {THEME_LABELS[value]}
      </>
    ),
  };
});

export function UserMenu() {
  const { user } = useSession();
  const theme = useTheme();
  const signOut = useSignOut();
  return (
    <DropdownMenu
      side="top"
      trigger={
        <button
          type="button"
          className="flex w-full cursor-pointer items-center gap-2.5 rounded-lg p-2 text-left group-data-folded/sidebar:px-0.5 hover:bg-accent data-popup-open:bg-accent"
        >
          <Avatar name={user.name} />
          <span className="flex min-w-0 flex-1 flex-col group-data-folded/sidebar:sr-only">
            <span className="truncate text-sm leading-4 font-medium">
              <bdi>{visibleText(user.name)}</bdi>
            </span>
            <span className="truncate text-xs text-muted-foreground">{visibleText(user.email)}</span>
          </span>
          <span className="sr-only">, account menu</span>
          <ChevronsUpDown aria-hidden className="size-3.5 text-muted-foreground group-data-folded/sidebar:hidden" />
        </button>
      }
    >
      <MenuChoices label="Appearance" value={theme} choices={CHOICES} onChange={setTheme} />
      <MenuSeparator />
      <MenuItem onClick={() => signOut()}>
        <LogOut aria-hidden /> Sign out
      </MenuItem>
    </DropdownMenu>
  );
}
