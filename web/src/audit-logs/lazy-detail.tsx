import { Component, lazy, type ReactNode, Suspense, useEffect } from "react";
import { Button } from "../ui/button.tsx";

const load = () => import("./log-detail.tsx");

/** What an expanded row shows; not needed for the first look, and there before anybody opens one. */
export const LogDetail = lazy(load);

const IDLE_AFTER_MS = 300;

/** Loads the details once the rows stand and the page has nothing better to do. */
export function usePreloadedDetail(): void {
  useEffect(() => {
    // One that fails is tried again, and told of, when a row is opened.
    const timer = setTimeout(() => void load().catch(() => undefined), IDLE_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
}

/** Keeps the page when the details cannot be loaded, as after an update of the server: only a new page knows the new files. */
class DetailBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <div role="alert" className="flex min-h-16 flex-wrap items-center gap-3 text-sm">
        The details could not be shown. The server may have been updated since this page was opened.
        <Button variant="outline" size="small" onClick={() => window.location.reload()}>
          Load the page again
        </Button>
      </div>
    );
  }
}

/** Room for the details while they are on their way. */
export function DetailRoom({ children }: { children: ReactNode }) {
  return (
    <DetailBoundary>
      <Suspense fallback={<div className="h-72" />}>{children}</Suspense>
    </DetailBoundary>
  );
}
