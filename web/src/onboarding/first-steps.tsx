import { PLATFORM_ORGANIZATION } from "@daybook/sdk";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Check, X } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { eventsOf, fetchEvents, type LoggedEvent } from "../api/events.ts";
import { integrityQuery } from "../api/integrity.ts";
import { useLogAccess } from "../audit-logs/log-access.ts";
import { may } from "../shell/permissions.ts";
import { useSession } from "../shell/session.ts";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { cn } from "../ui/cn.ts";
import { CodeBlock } from "../ui/code-block.tsx";
import { Tabs } from "../ui/tabs.tsx";
import { curlSnippet, sdkSnippet } from "./snippets.ts";

/** How often it is checked whether the first event has come. */
const LOOK_EVERY_MS = 5_000;
const LOOKED_AT = 10;

interface FirstStepsProps {
  /** Every event so far: what was done already is among them. */
  readonly events: readonly LoggedEvent[];
  /** The first event of an application has come. */
  readonly onFirstEvent: () => void;
  readonly onHide: () => void;
}

function Step({ done, children }: { done: boolean; children: ReactNode }) {
  return (
    <li className="flex items-center gap-2.5 py-1 max-lg:min-h-11">
      <span
        aria-hidden
        className={cn(
          "flex size-4.5 shrink-0 items-center justify-center rounded-full border border-input",
          done && "border-transparent bg-primary text-primary-foreground",
        )}
      >
        {done && <Check className="size-3" />}
      </span>
      <span className={cn("min-w-0", done && "text-muted-foreground line-through [&_a]:no-underline")}>{children}</span>
      {done && <span className="sr-only">(done)</span>}
    </li>
  );
}

const linkClass = "text-link underline underline-offset-4";

/** Calls back once an application has sent an event. */
function useFirstEvent(onFirstEvent: () => void) {
  const { request, key, organization } = useLogAccess();
  const { data: arrived = false } = useQuery({
    queryKey: ["first-event", key, organization.id],
    queryFn: async ({ signal }) => {
      const query = new URLSearchParams({ tenant_id: organization.id });
      const { data } = await fetchEvents(request, query, { limit: LOOKED_AT, cursor: undefined, signal });
      return eventsOf(data).some(({ source }) => source.type !== "daybook");
    },
    refetchInterval: LOOK_EVERY_MS,
  });
  useEffect(() => {
    if (arrived) onFirstEvent();
  }, [arrived, onFirstEvent]);
}

function Steps({ events }: Pick<FirstStepsProps, "events">) {
  const { organization } = useLogAccess();
  const did = (action: string) => events.some((event) => event.action === action && event.outcome === "success");
  const platform = useSession().organizations.find(({ id }) => id === PLATFORM_ORGANIZATION);
  const canPair = may(platform, "integrity.verify");
  const integrity = useQuery({ ...integrityQuery(organization.id), enabled: canPair }).data;
  const witnessed = (integrity?.witnesses.length ?? 0) > 0;
  return (
    <ol className="mt-2 text-sm">
      <Step done={did("api_key.create")}>
        <Link to="/settings/organization/api-keys" className={linkClass}>
          Create API key
        </Link>
      </Step>
      <Step done={false}>Send an event with it</Step>
      <Step done={did("member.invite")}>
        <Link to="/settings/organization/members" className={linkClass}>
          Invite an auditor
        </Link>
      </Step>
      <Step done={organization.time_zone !== null}>
        <Link to="/settings/organization/general" className={linkClass}>
          Set the time zone
        </Link>
      </Step>
      <Step done={did("two_factor.enable")}>
        <Link to="/settings/profile" className={linkClass}>
          Turn on two-factor
        </Link>
      </Step>
      {canPair && (
        <Step done={witnessed}>
          <Link to="/settings/organization/integrity" className={linkClass}>
            Set up a witness
          </Link>
        </Step>
      )}
    </ol>
  );
}

function HowToSend() {
  const { origin } = window.location;
  const [from, setFrom] = useState<"terminal" | "sdk">("terminal");
  return (
    <Tabs
      label="How to send an event"
      value={from}
      onChange={setFrom}
      tabs={[
        {
          value: "terminal",
          label: "Terminal",
          panel: <CodeBlock label="From a terminal" code={curlSnippet(origin)} />,
        },
        {
          value: "sdk",
          label: "SDK",
          panel: <CodeBlock label="From a program, with the SDK" code={sdkSnippet(origin)} />,
        },
      ]}
    />
  );
}

/** What to do first in a new organization, until an application's event has come. */
export default function FirstSteps({ events, onFirstEvent, onHide }: FirstStepsProps) {
  useFirstEvent(onFirstEvent);
  return (
    <Card
      aria-labelledby="first-steps"
      className="relative grid gap-x-8 gap-y-4 px-5 py-4 lg:grid-cols-[18rem_minmax(0,1fr)]"
    >
      <div>
        <h2 id="first-steps" className="text-base font-semibold">
          First steps
        </h2>
        <p role="status" className="mt-0.5 text-xs text-muted-foreground">
          Waiting for the first event from your application…
        </p>
        <Steps events={events} />
        <p className="mt-2 text-xs text-muted-foreground">
          Every call is described in the{" "}
          <a href="/docs" className={linkClass}>
            API reference
          </a>
          .
        </p>
      </div>
      <div className="min-w-0 lg:pr-8">
        <HowToSend />
      </div>
      <Button
        variant="ghost"
        size="inline"
        className="absolute top-3 right-3"
        aria-label="Hide the first steps"
        title="Hide the first steps"
        onClick={onHide}
      >
        <X aria-hidden />
      </Button>
    </Card>
  );
}
