import { getRouteApi } from "@tanstack/react-router";
import { Lock } from "lucide-react";
import { useMemo } from "react";
import { asProblem } from "../api/problem.ts";
import type { Request } from "../api/request.ts";
import { streamsBy } from "../api/streams.ts";
import { PageHeader } from "../shell/page-header.tsx";
import { may } from "../shell/permissions.ts";
import { StreamCallsProvider } from "../streams/access.ts";
import { Streams } from "../streams/streams.tsx";
import { Notice } from "../ui/notice.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { Instead, type Viewed, Viewing } from "./viewing.tsx";

const route = getRouteApi("/embed/streams");

/** The streams of an organization alone, for a frame in another application. */
export function EmbedStreamsPage() {
  const { viewerToken } = route.useRouteContext();
  return (
    <Viewing title="Streams" what="streams" viewerToken={viewerToken}>
      {(viewed) => (may(viewed.viewer, "stream.manage") ? <Opened {...viewed} /> : <NotCarried />)}
    </Viewing>
  );
}

function NotCarried() {
  return (
    <Instead>
      <Notice heading="h1" icon={Lock} title="You don't have access to streams">
        <p className="mt-2 text-pretty text-muted-foreground">The application that shows this page gives no access.</p>
      </Notice>
    </Instead>
  );
}

function Opened({ viewer: { organization, permissions }, request, onOver }: Viewed) {
  const calls = useMemo(() => streamsBy(noticing(request, onOver)), [request, onOver]);
  const intro = (
    <span className="[overflow-wrap:anywhere]">
      Deliver the events of <VisibleText value={organization.name} /> to a SIEM, a bucket or a webhook.
    </span>
  );
  return (
    <StreamCallsProvider value={calls}>
      <div key={organization.id} className="flex flex-col gap-5">
        <PageHeader title="Streams" intro={intro} />
        <Streams organization={{ id: organization.id, permissions }} />
      </div>
    </StreamCallsProvider>
  );
}

/** The same calls, which notice when the token is over. */
function noticing(request: Request, onOver: () => void): Request {
  return async (path, init) => {
    try {
      return await request(path, init);
    } catch (error) {
      if (error instanceof Error && asProblem(error)?.code === "unauthenticated") onOver();
      throw error;
    }
  };
}
