import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Breadcrumb } from "./breadcrumb.tsx";

interface PageHeaderProps {
  readonly title: string;
  readonly intro?: ReactNode;
  /** Where the page is; absent in a frame, where there is no way up. */
  readonly breadcrumb?: ReactNode;
  /** What can be done on the whole page. */
  readonly actions?: ReactNode;
}

export function PageHeader({ title, intro, breadcrumb, actions }: PageHeaderProps) {
  return (
    <header className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        {breadcrumb}
        <h1 className="mt-2 text-xl font-semibold tracking-[-0.02em]">{title}</h1>
        {intro && <p className="text-sm text-pretty text-muted-foreground">{intro}</p>}
      </div>
      {actions}
    </header>
  );
}

/** The same in one line where the container around it has room, for a page whose rows need the height: the title ends the way to it. */
export function PageHeaderLine({ title, intro, breadcrumb, actions }: PageHeaderProps) {
  return (
    <header className="flex flex-wrap items-center gap-x-4">
      <div className="flex shrink-0 items-center gap-1 [&_li[aria-current]]:hidden">
        {breadcrumb}
        <h1 className="text-lg leading-8 font-semibold tracking-[-0.02em]">{title}</h1>
      </div>
      {intro && (
        <p className="order-last basis-full text-xs text-pretty text-muted-foreground @min-[66rem]:order-none @min-[66rem]:line-clamp-2 @min-[66rem]:min-w-0 @min-[66rem]:flex-1 @min-[66rem]:border-l @min-[66rem]:border-border @min-[66rem]:pl-4">
          {intro}
        </p>
      )}
      {actions}
    </header>
  );
}

const linkClass = "-my-3 inline-flex items-center rounded-sm hover:text-foreground hover:underline max-lg:min-h-11";

/** A page above this one is not the current page. */
const EXACT = { exact: true };

/** The way to a page of the organization's settings. */
export function OrganizationBreadcrumb({ page }: { page: string }) {
  return (
    <Breadcrumb>
      <Link to="/settings" activeOptions={EXACT} className={linkClass}>
        Settings
      </Link>
      <Link to="/settings/organization" activeOptions={EXACT} className={linkClass}>
        Organization
      </Link>
      {page}
    </Breadcrumb>
  );
}
