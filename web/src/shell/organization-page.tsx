import { PLATFORM_ORGANIZATION } from "@daybook/sdk";
import { type ReactNode, Suspense } from "react";
import { Card } from "../ui/card.tsx";
import { lazyPart } from "./lazy-part.tsx";
import NoOrganization from "./no-organization.tsx";
import NoPermission from "./no-permission.tsx";
import { OrganizationBreadcrumb, PageHeader } from "./page-header.tsx";
import { PageTitle } from "./page-title.tsx";
import { may, type OrganizationPage, PAGE_PERMISSIONS } from "./permissions.ts";
import { type CurrentOrganization, useOrganization, useSession } from "./session.ts";

const OpenOrganizations = lazyPart(() => import("./open-organizations.tsx"));

/** Shown in the platform's own organization. */
const PLATFORM_PAGE: OrganizationPage = "/settings/organization/organizations";

interface OrganizationPageFrameProps {
  readonly title: string;
  readonly intro?: ReactNode;
  readonly page: OrganizationPage;
  /** As in "You don't have access to members". */
  readonly what: string;
  /** The same as a subject: "Seeing members". */
  readonly gerund: string;
  readonly children: (organization: CurrentOrganization) => ReactNode;
}

/** The frame of a page of the organization's settings, or what is in its place for who cannot see it. */
export function OrganizationPageFrame({ title, intro, page, what, gerund, children }: OrganizationPageFrameProps) {
  const organization = useOrganization();
  const platform = useSession().organizations.find(({ id }) => id === PLATFORM_ORGANIZATION);
  if (organization === undefined) return <NoOrganization heading="h1" />;
  const permission = PAGE_PERMISSIONS[page];
  return (
    // Again for another organization: no form or dialog of the one before stays open.
    <div key={organization.id} className="mx-auto flex w-full max-w-6xl flex-col gap-5">
      <PageTitle>{title}</PageTitle>
      <PageHeader title={title} intro={intro} breadcrumb={<OrganizationBreadcrumb page={title} />} />
      {may(organization, permission) ? (
        children(organization)
      ) : (
        <Card className="max-lg:-mx-4 max-lg:rounded-none max-lg:border-x-0">
          {page === PLATFORM_PAGE && may(platform, permission) ? (
            <Suspense>
              <OpenOrganizations />
            </Suspense>
          ) : (
            <NoPermission organization={organization} permission={permission} what={what} gerund={gerund} />
          )}
        </Card>
      )}
    </div>
  );
}
