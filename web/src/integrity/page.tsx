import { useQuery } from "@tanstack/react-query";
import { integrityQuery } from "../api/integrity.ts";
import { LoadFailure } from "../shell/failure.tsx";
import { OrganizationPageFrame } from "../shell/organization-page.tsx";
import type { CurrentOrganization } from "../shell/session.ts";
import { Card } from "../ui/card.tsx";
import { KeyCard } from "./key-card.tsx";
import { SignedCard } from "./signed-card.tsx";
import { StandingBanner } from "./standing.tsx";
import { VerificationCard } from "./verification-card.tsx";

export function IntegrityPage() {
  return (
    <OrganizationPageFrame
      title="Integrity"
      intro="Whether what is stored is still what was acknowledged, and how anybody can check it."
      page="/settings/organization/integrity"
      deed="see the log's integrity"
      gerund="Seeing it"
    >
      {(organization) => <Integrity organization={organization} />}
    </OrganizationPageFrame>
  );
}

function Integrity({ organization }: { organization: CurrentOrganization }) {
  const { data, error, refetch } = useQuery(integrityQuery(organization.id));
  const failure = (kept: boolean) =>
    error && <LoadFailure what="The log's integrity" error={error} onRetry={() => void refetch()} kept={kept} />;
  if (data === undefined) return error ? <Card>{failure(false)}</Card> : <Skeleton />;
  return (
    <>
      {failure(true)}
      <StandingBanner integrity={data} />
      <SignedCard integrity={data} />
      <VerificationCard integrity={data} />
      <KeyCard integrity={data} />
    </>
  );
}

function Skeleton() {
  return (
    <Card aria-busy className="flex flex-col gap-6 p-5">
      <span role="status" className="sr-only">
        Loading the log's integrity
      </span>
      {["w-40", "w-64", "w-52", "w-72", "w-44"].map((width) => (
        <span key={width} className={`block h-3 animate-breathe rounded-full bg-accent ${width}`} />
      ))}
    </Card>
  );
}
