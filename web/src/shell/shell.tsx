import { PLATFORM_ORGANIZATION } from "@daybook/sdk";
import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { Eye, Menu } from "lucide-react";
import { Suspense, useState } from "react";
import { Button } from "../ui/button.tsx";
import { buttonVariants } from "../ui/button-variants.ts";
import { Banner } from "../ui/notice.tsx";
import { Sheet } from "../ui/sheet.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { Brand } from "./brand.tsx";
import { lazyPart } from "./lazy-part.tsx";
import { Navigation } from "./navigation.tsx";
import { AUDIT_LOGS } from "./pages.ts";
import { useOrganization, useSession } from "./session.ts";
import { Sidebar } from "./sidebar.tsx";

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

/** Reminds the platform owner of whose organization this is. */
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
        You're viewing{" "}
        <strong className="font-semibold">
          <VisibleText value={organization.name} />
        </strong>{" "}
        as platform owner. This is logged.
      </span>
    </Banner>
  );
}

const skipClass =
  "absolute -top-20 left-3 z-50 rounded-md bg-primary px-3 py-2 text-sm text-primary-foreground focus:top-3 max-lg:py-3";

/** On a page with rows: to the first of them. */
function SkipToEvents() {
  const { pathname } = useLocation();
  if (pathname !== AUDIT_LOGS) return null;
  return (
    <button
      type="button"
      className={skipClass}
      onClick={() => document.querySelector<HTMLElement>("[data-slot=expand]")?.focus()}
    >
      Skip to events
    </button>
  );
}

const GuessingBanner = lazyPart(() => import("../profile/guessing-banner.tsx"));

/** The frame of every page behind the sign-in: a sidebar, or below 1024 px a bar with a menu. */
export function Shell() {
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[auto_minmax(0,1fr)]">
      <a href="#content" className={skipClass}>
        Skip to content
      </a>
      <SkipToEvents />
      <Sidebar />
      <MobileBar />
      <main
        id="content"
        tabIndex={-1}
        className="mx-auto w-full max-w-[1600px] px-6 pt-4 pb-7 outline-none max-lg:px-4 max-lg:py-5"
      >
        <VisitBanner />
        <Suspense>{useSession().user.password_guessing && <GuessingBanner />}</Suspense>
        <Outlet />
      </main>
    </div>
  );
}
