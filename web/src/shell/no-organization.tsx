import { Building2 } from "lucide-react";
import { Notice } from "../ui/notice.tsx";
import { PageTitle } from "./page-title.tsx";
import { useSession } from "./session.ts";

/** In place of a page that is about an organization, when the one in the address is not the reader's, or there is none. */
export default function NoOrganization({ heading = "h2" }: { heading?: "h1" | "h2" }) {
  const { organizations } = useSession();
  return (
    <Notice heading={heading} icon={Building2} title="Organization not found">
      <PageTitle>No organization</PageTitle>
      <p className="mt-2 text-muted-foreground">
        {organizations.length === 0
          ? "You do not belong to any organization yet. Ask an owner or admin of your organization to add you."
          : "The link may be for an organization that you do not belong to. Choose one of yours in the menu, or ask an owner or admin there to add you."}
      </p>
    </Notice>
  );
}
