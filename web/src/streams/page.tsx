import { OrganizationPageFrame } from "../shell/organization-page.tsx";
import { Streams } from "./streams.tsx";

export function StreamsPage() {
  return (
    <OrganizationPageFrame
      title="Streams"
      intro="Deliver events to a SIEM, a bucket or a webhook."
      page="/settings/organization/streams"
      what="streams"
      gerund="Seeing streams"
    >
      {(organization) => <Streams organization={organization} />}
    </OrganizationPageFrame>
  );
}
