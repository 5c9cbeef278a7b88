import { useQuery } from "@tanstack/react-query";
import { integrityQuery } from "../api/integrity.ts";
import { OrganizationPageFrame } from "../shell/organization-page.tsx";
import { Resource } from "../shell/resource.tsx";
import type { CurrentOrganization } from "../shell/session.ts";
import { KeyCard } from "./key-card.tsx";
import { SignedCard } from "./signed-card.tsx";
import { StateBanner } from "./state-banner.tsx";
import { VerificationCard } from "./verification-card.tsx";
import { WitnessCard } from "./witness-card.tsx";

export function IntegrityPage() {
  return (
    <OrganizationPageFrame
      title="Integrity"
      intro="Signatures, witnesses and verification status."
      page="/settings/organization/integrity"
      what="the integrity of the log"
      gerund="Seeing it"
    >
      {(organization) => <Integrity organization={organization} />}
    </OrganizationPageFrame>
  );
}

function Integrity({ organization }: { organization: CurrentOrganization }) {
  return (
    <Resource query={useQuery(integrityQuery(organization.id))} what="The log's integrity" lines={5}>
      {(integrity) => (
        <>
          <StateBanner integrity={integrity} />
          <SignedCard integrity={integrity} />
          <WitnessCard integrity={integrity} />
          <VerificationCard integrity={integrity} />
          <KeyCard integrity={integrity} />
        </>
      )}
    </Resource>
  );
}
