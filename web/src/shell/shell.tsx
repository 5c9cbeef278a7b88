import { Link, Outlet } from "@tanstack/react-router";
import { Eye, Menu, Settings } from "lucide-react";
import { useState } from "react";
import { PLATFORM_ORGANIZATION } from "../api/session.ts";
import { Button } from "../ui/button.tsx";
import { buttonVariants } from "../ui/button-variants.ts";
import { Banner } from "../ui/notice.tsx";
import { Sheet } from "../ui/sheet.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { Brand } from "./brand.tsx";
import { OrganizationSwitcher } from "./organization-switcher.tsx";
import { useOrganization } from "./session.ts";
import { UserMenu } from "./user-menu.tsx";

function Navigation({ onFollow }: { onFollow?: () => void }) {
  return (
    <div className="flex flex-1 flex-col gap-3 p-3">
      <OrganizationSwitcher />
      <nav aria-label="Main" className="flex-1">
        <Link
          to="/settings"
          {...(onFollow && { onClick: onFollow })}
          className="flex h-9 items-center gap-2.5 rounded-lg px-2.5 text-sm font-medium text-muted-foreground hover:bg-accent hover:text-foreground data-[status=active]:bg-accent data-[status=active]:text-foreground max-lg:h-11"
        >
          <Settings aria-hidden className="size-4" />
          Settings
        </Link>
      </nav>
      <UserMenu />
    </div>
  );
}

function MobileBar() {
  const [open, setOpen] = useState(false);
  return (
    <header className="sticky top-0 z-20 flex h-14 items-center justify-between border-b border-border bg-background px-4 lg:hidden">
      <Brand />
      <Sheet
        side="left"
        title="Daybook"
        open={open}
        onOpenChange={setOpen}
        trigger={
          <Button variant="ghost" size="icon" aria-label="Menu" className="-mr-2">
            <Menu aria-hidden className="size-5!" />
          </Button>
        }
      >
        <Navigation onFollow={() => setOpen(false)} />
      </Sheet>
    </header>
  );
}

/** Reminds the platform's owner of whose organization this is. */
function VisitBanner() {
  const organization = useOrganization();
  if (!organization?.visited) return null;
  return (
    <Banner
      tone="caution"
      icon={Eye}
      className="mb-5 lg:py-1"
      actions={
        <Link
          to="/settings/organization/organizations"
          search={{ org: PLATFORM_ORGANIZATION }}
          className={buttonVariants({ variant: "outline", size: "small" })}
        >
          All organizations
        </Link>
      }
    >
      <span className="[overflow-wrap:anywhere]">
        You look at{" "}
        <strong className="font-semibold">
          <VisibleText value={organization.name} />
        </strong>{" "}
        as platform owner. That is recorded in its audit logs.
      </span>
    </Banner>
  );
}

/** The frame of every page behind the sign-in: a sidebar, or below 1024 px a bar with a menu. */
export function Shell() {
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[14.5rem_minmax(0,1fr)]">
      <a
        href="#content"
        className="absolute -top-20 left-3 z-50 rounded-md bg-primary px-3 py-2 text-sm text-primary-foreground focus:top-3 max-lg:py-3"
      >
        Skip to content
      </a>
      <aside className="sticky top-0 hidden h-dvh flex-col border-r border-border bg-sidebar lg:flex">
        <div className="flex h-14 items-center px-5">
          <Brand />
        </div>
        <Navigation />
      </aside>
      <MobileBar />
      <main
        id="content"
        tabIndex={-1}
        className="mx-auto w-full max-w-[1600px] px-8 py-7 outline-none max-lg:px-4 max-lg:py-5"
      >
        <VisitBanner />
        <Outlet />
      </main>
    </div>
  );
}
