import { Link, useLocation } from "@tanstack/react-router";
import { type LucideIcon, ScrollText, Settings } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "../ui/cn.ts";
import { OrganizationSwitcher } from "./organization-switcher.tsx";
import { AUDIT_LOGS } from "./pages.ts";
import { UserMenu } from "./user-menu.tsx";

export const navigationItemClass =
  "flex h-9 w-full cursor-pointer items-center gap-2.5 rounded-lg px-2.5 text-sm font-medium text-muted-foreground group-data-folded/sidebar:px-2 hover:bg-accent hover:text-foreground max-lg:h-11 [&_svg]:size-4 [&_svg]:shrink-0";

interface EntryProps {
  readonly to: "/settings" | typeof AUDIT_LOGS;
  readonly label: string;
  readonly icon: LucideIcon;
  readonly current: boolean;
  readonly onFollow: (() => void) | undefined;
}

function Entry({ to, label, icon: Icon, current, onFollow }: EntryProps) {
  return (
    <li>
      <Link
        to={to}
        // The page of one entry lies below the other: only one of them is current.
        activeOptions={{ exact: true }}
        {...(current && { "aria-current": "page" })}
        title={label}
        {...(onFollow && { onClick: onFollow })}
        className={cn(navigationItemClass, current && "bg-accent text-foreground")}
      >
        <Icon aria-hidden />
        <span className="group-data-folded/sidebar:sr-only">{label}</span>
      </Link>
    </li>
  );
}

/** Where one can go, in the sidebar and on a phone in its sheet. Inside a folded sidebar only the icons are seen. */
export function Navigation({ onFollow, children }: { onFollow?: () => void; children?: ReactNode }) {
  const { pathname } = useLocation();
  const inLogs = pathname === AUDIT_LOGS;
  return (
    <div className="flex flex-1 flex-col gap-3 p-3">
      <OrganizationSwitcher />
      <nav aria-label="Main" className="flex-1">
        <ul className="flex flex-col gap-0.5">
          <Entry to={AUDIT_LOGS} label="Audit Logs" icon={ScrollText} current={inLogs} onFollow={onFollow} />
          <Entry to="/settings" label="Settings" icon={Settings} current={!inLogs} onFollow={onFollow} />
        </ul>
      </nav>
      {children}
      <UserMenu />
    </div>
  );
}
