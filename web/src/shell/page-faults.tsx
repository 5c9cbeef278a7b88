import { Link, useRouter } from "@tanstack/react-router";
import { Compass, PlugZap } from "lucide-react";
import { Problem } from "../api/problem.ts";
import { sentence } from "../text/sentence.ts";
import { Button } from "../ui/button.tsx";
import { buttonVariants } from "../ui/button-variants.ts";
import { Notice, RequestId } from "../ui/notice.tsx";
import { NOT_LOADED_HELP, NotLoaded } from "./lazy-part.tsx";
import { PageTitle } from "./page-title.tsx";

/** What a page shows that could not begin: the server is away, or its answer was no answer. */
export function UnreachablePage({ error }: { error: unknown }) {
  const router = useRouter();
  if (error instanceof NotLoaded) {
    return (
      <main className="flex min-h-dvh items-center">
        <PageNotLoaded error={error} />
      </main>
    );
  }
  const problem = error instanceof Problem ? error : undefined;
  return (
    <main className="flex min-h-dvh items-center">
      <PageTitle>Not available</PageTitle>
      <Notice
        heading="h1"
        icon={PlugZap}
        title={problem ? "Daybook is not answering" : "Something went wrong on this page"}
        role="alert"
      >
        <p className="mt-2 text-muted-foreground">
          {problem ? `${sentence(problem.message)} No recorded event is lost.` : "Try to load it again."}
        </p>
        <Button className="mt-5 mb-3" onClick={() => (problem ? void router.invalidate() : window.location.reload())}>
          Try again
        </Button>
        <RequestId id={problem?.requestId} />
      </Notice>
    </main>
  );
}

interface PageNotLoadedProps {
  readonly error: unknown;
  /** "h2" under a heading of the frame around it. */
  readonly heading?: "h1" | "h2";
}

/** In place of a page whose file cannot be loaded. Any other fault is left to whoever is around it. */
export function PageNotLoaded({ error, heading = "h1" }: PageNotLoadedProps) {
  const router = useRouter();
  if (!(error instanceof NotLoaded)) throw error;
  return (
    <Notice heading={heading} icon={PlugZap} title="This page could not be loaded" role="alert">
      <PageTitle>Not available</PageTitle>
      <p className="mt-2 text-pretty text-muted-foreground">{NOT_LOADED_HELP}</p>
      <div className="mt-5 flex flex-wrap justify-center gap-2">
        <Button onClick={() => void router.invalidate()}>Try again</Button>
        <Button variant="outline" onClick={() => window.location.reload()}>
          Load the page again
        </Button>
      </div>
    </Notice>
  );
}

export function NotFoundPage() {
  return (
    <main className="flex min-h-dvh items-center">
      <PageTitle>Not found</PageTitle>
      <Notice heading="h1" icon={Compass} title="Page not found">
        <p className="mt-2 text-muted-foreground">The address may be mistyped, or the page has moved.</p>
        <Link to="/" className={buttonVariants({ className: "mt-5" })}>
          Go to Audit Logs
        </Link>
      </Notice>
    </main>
  );
}
