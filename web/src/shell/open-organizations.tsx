import { PLATFORM_ORGANIZATION } from "@daybook/sdk";
import { Link } from "@tanstack/react-router";
import { Building2 } from "lucide-react";
import { buttonVariants } from "../ui/button-variants.ts";
import { Notice } from "../ui/notice.tsx";

/** For the platform owner who asks for all organizations while one of them is chosen. */
export default function OpenOrganizations() {
  return (
    <Notice icon={Building2} title="The list of organizations is a page of the platform">
      <p className="mt-2 text-muted-foreground">As an owner of the platform, you can open it there.</p>
      <Link
        to="/settings/organization/organizations"
        search={{ org: PLATFORM_ORGANIZATION }}
        className={`${buttonVariants()} mt-5`}
      >
        Open organizations
      </Link>
    </Notice>
  );
}
