import { useQuery } from "@tanstack/react-query";
import { Clock, KeyRound } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import { asProblem } from "../api/problem.ts";
import { type Request, requestWith } from "../api/request.ts";
import { fetchViewer, type Viewer } from "../api/viewer.ts";
import { LoadFailure } from "../shell/failure.tsx";
import { PageTitle } from "../shell/page-title.tsx";
import { Card } from "../ui/card.tsx";
import { Notice } from "../ui/notice.tsx";
import type { ViewerToken } from "./token.ts";

/** Who looks, and through what. */
export interface Viewed {
  readonly viewer: Viewer;
  readonly request: Request;
  /** Which of the tokens that the host page gave it is. */
  readonly ordinal: number;
  /** Called when an answer shows that the token is over. */
  readonly onOver: () => void;
}

interface ViewingProps {
  readonly title: string;
  /** As in "These audit logs open inside another application". */
  readonly what: string;
  readonly viewerToken: ViewerToken | undefined;
  readonly children: (viewed: Viewed) => ReactNode;
}

/** A page alone, for a frame in another application: a viewer token is all it has. */
export function Viewing({ title, what, viewerToken, children }: ViewingProps) {
  return (
    <main className="mx-auto w-full max-w-[1600px] px-6 py-5 max-lg:px-4">
      <PageTitle>{title}</PageTitle>
      {viewerToken === undefined ? (
        <Instead>
          <Notice heading="h1" icon={KeyRound} title={`These ${what} open inside another application`}>
            <p className="mt-2 text-pretty text-muted-foreground">
              The application that shows this page did not say whose {what} to show. Load its page again, or contact
              support.
            </p>
          </Notice>
        </Instead>
      ) : (
        <Opened what={what} viewerToken={viewerToken}>
          {children}
        </Opened>
      )}
    </main>
  );
}

export function Instead({ children }: { children: ReactNode }) {
  return <Card>{children}</Card>;
}

interface OpenedProps extends Pick<ViewingProps, "what" | "children"> {
  readonly viewerToken: ViewerToken;
}

function Opened({ what, viewerToken: { token, ordinal }, children }: OpenedProps) {
  const request = useMemo(() => requestWith(token), [token]);
  /** The token of which an answer said that it is over. */
  const [overOrdinal, setOverOrdinal] = useState<number>();
  const viewer = useQuery({
    queryKey: ["viewer", ordinal],
    queryFn: ({ signal }) => fetchViewer(request, signal),
    staleTime: Number.POSITIVE_INFINITY,
    // What is shown stays while a new token is being looked up.
    placeholderData: (before) => before,
  });
  const { data, error, refetch } = viewer;
  const viewed = useMemo(
    () => data && { viewer: data, request, ordinal, onOver: () => setOverOrdinal(ordinal) },
    [data, request, ordinal],
  );
  if (overOrdinal === ordinal || asProblem(error)?.code === "unauthenticated") return <Expired what={what} />;
  if (error) {
    return (
      <Instead>
        <LoadFailure what={`The ${what}`} error={error} onRetry={() => void refetch()} kept={false} />
      </Instead>
    );
  }
  return viewed === undefined ? <Skeleton what={what} /> : children(viewed);
}

function Skeleton({ what }: { what: string }) {
  return (
    <div aria-busy className="flex flex-col gap-5">
      <span role="status" className="sr-only">
        Loading {what}
      </span>
      {["h-6 w-40", "h-24 w-full", "h-96 w-full"].map((size) => (
        <span key={size} className={`block animate-breathe rounded-xl bg-accent ${size}`} />
      ))}
    </div>
  );
}

function Expired({ what }: { what: string }) {
  return (
    <Instead>
      <Notice heading="h1" icon={Clock} title="This view has expired" role="alert">
        <p className="mt-2 text-pretty text-muted-foreground">
          You can view these {what} for some minutes. Load the page again to continue.
        </p>
      </Notice>
    </Instead>
  );
}
