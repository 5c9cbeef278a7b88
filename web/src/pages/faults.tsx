import { Link, useRouter } from "@tanstack/react-router";
import { Compass, PlugZap } from "lucide-react";
import { Problem } from "../api/problem.ts";
import { PageTitle } from "../shell/page-title.tsx";
import { Button, buttonVariants } from "../ui/button.tsx";
import { Notice, RequestId } from "../ui/notice.tsx";

/** What a page shows that could not begin: the server is away, or its answer was no answer. */
export function UnreachablePage({ error }: { error: unknown }) {
  const router = useRouter();
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
          {problem
            ? `${problem.message}. Nothing is lost: what was recorded stays recorded.`
            : "Loading it again may help."}
        </p>
        <Button className="mt-5 mb-3" onClick={() => (problem ? void router.invalidate() : window.location.reload())}>
          Try again
        </Button>
        <RequestId id={problem?.requestId} />
      </Notice>
    </main>
  );
}

export function NotFoundPage() {
  return (
    <main className="flex min-h-dvh items-center">
      <PageTitle>Not found</PageTitle>
      <Notice heading="h1" icon={Compass} title="There is no such page">
        <p className="mt-2 text-muted-foreground">The address may be mistyped, or the page has moved.</p>
        <Link to="/" className={buttonVariants({ className: "mt-5" })}>
          Go to Audit Logs
        </Link>
      </Notice>
    </main>
  );
}
