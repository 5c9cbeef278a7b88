import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { integrityQuery } from "../api/integrity.ts";
import { OrganizationPageFrame } from "../shell/organization-page.tsx";
import { Resource } from "../shell/resource.tsx";
import type { CurrentOrganization } from "../shell/session.ts";
import { KeyCard } from "./key-card.tsx";
import { SignedCard } from "./signed-card.tsx";
import { isStalled, type Signing, type Wait, waitAfter } from "./signing.ts";
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

/** Whether entries wait to be signed and nothing signs them, as this page has seen it. */
function useStalled(integrity: Signing | undefined, seenAtMs: number): boolean {
  const [wait, setWait] = useState<Wait>();
  const next = integrity === undefined ? undefined : waitAfter(wait, integrity, seenAtMs);
  if (next !== wait) setWait(next);
  return isStalled(next, seenAtMs);
}

function Integrity({ organization }: { organization: CurrentOrganization }) {
  const query = useQuery(integrityQuery(organization.id));
  const stalled = useStalled(query.data, query.dataUpdatedAt);
  return (
    <Resource query={query} what="The log's integrity" lines={5}>
      {(integrity) => (
        <>
          <StateBanner integrity={integrity} stalled={stalled || integrity.signing_failing} />
          <SignedCard integrity={integrity} />
          <WitnessCard integrity={integrity} />
          <VerificationCard integrity={integrity} />
          <KeyCard integrity={integrity} />
        </>
      )}
    </Resource>
  );
}
