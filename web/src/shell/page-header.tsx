import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Breadcrumb } from "./breadcrumb.tsx";

interface PageHeaderProps {
  readonly title: string;
  readonly intro?: ReactNode;
  /** Where the page stands; absent in a frame, where there is no way up. */
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

/** The way to a page of the organization's settings. */
export function OrganizationBreadcrumb({ page }: { page: string }) {
  return (
    <Breadcrumb>
      Settings
      <Link
        to="/settings/organization"
        className="-my-3 inline-flex items-center rounded-sm hover:text-foreground hover:underline max-lg:min-h-11"
      >
        Organization
      </Link>
      {page}
    </Breadcrumb>
  );
}
