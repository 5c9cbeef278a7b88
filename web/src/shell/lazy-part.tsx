import { CircleAlert } from "lucide-react";
import { Component, type ComponentType, lazy, type ReactNode, useState } from "react";
import { Problem } from "../api/problem.ts";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/dialog.tsx";
import { Banner } from "../ui/notice.tsx";

/** A file of the console that could not be loaded. */
export class NotLoaded extends Problem {
  constructor(cause: unknown) {
    super("network", "A part of this page could not be loaded", { cause });
  }
}

/** What helps then. */
export const NOT_LOADED_HELP =
  "If the network is down, try again when it is back. If the server was updated, load the page again.";

/** The module of an `import()`. @throws NotLoaded */
export async function loaded<Module>(file: Promise<Module>): Promise<Module> {
  try {
    return await file;
  } catch (cause) {
    throw new NotLoaded(cause);
  }
}

interface FailureProps {
  readonly error: unknown;
  readonly onRetry: () => void;
}

function InlineFailure({ error, onRetry }: FailureProps) {
  return (
    <Banner
      tone="failure"
      icon={CircleAlert}
      actions={
        <>
          <Button variant="outline" size="small" onClick={onRetry}>
            Try again
          </Button>
          <Button variant="ghost" size="small" onClick={() => window.location.reload()}>
            Load the page again
          </Button>
        </>
      }
    >
      {error instanceof NotLoaded
        ? `This part of the page could not be loaded. ${NOT_LOADED_HELP}`
        : "This part of the page could not be shown."}
    </Banner>
  );
}

function OverlayFailure({ error, onRetry, onClose }: FailureProps & { readonly onClose: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={error instanceof NotLoaded ? "This could not be loaded" : "This could not be shown"}
      description={error instanceof NotLoaded && NOT_LOADED_HELP}
    >
      <DialogActions>
        <Button variant="outline" onClick={() => window.location.reload()}>
          Load the page again
        </Button>
        <Button onClick={onRetry}>Try again</Button>
      </DialogActions>
    </Dialog>
  );
}

interface PartBoundaryProps {
  readonly children: ReactNode;
  readonly failure: (props: FailureProps) => ReactNode;
  readonly onFailure: () => void;
}

interface PartBoundaryState {
  readonly failed: { readonly error: unknown } | undefined;
}

/** Keeps the page around a part that fails. */
class PartBoundary extends Component<PartBoundaryProps, PartBoundaryState> {
  override state: PartBoundaryState = { failed: undefined };

  static getDerivedStateFromError(error: unknown): PartBoundaryState {
    return { failed: { error } };
  }

  override componentDidCatch() {
    this.props.onFailure();
  }

  override render() {
    const { failed } = this.state;
    if (failed === undefined) return this.props.children;
    return this.props.failure({ error: failed.error, onRetry: () => this.setState({ failed: undefined }) });
  }
}

type Load<Props> = () => Promise<{ readonly default: ComponentType<Props> }>;

export type Part<Props> = ComponentType<Props> & {
  /** Begins to load it. One that fails is tried again, and reported, when it is shown. */
  readonly preload: () => void;
};

function guarded<Props extends object>(load: Load<Props>, Failure: ComponentType<FailureProps & Props>): Part<Props> {
  const attempt = () => lazy(() => loaded(load()));
  let current = attempt();
  function Loaded(props: Props) {
    const [Content] = useState(() => current);
    return <Content {...props} />;
  }
  function Guarded(props: Props) {
    return (
      <PartBoundary
        // React keeps how a load ended: whoever shows the part next begins a new one.
        onFailure={() => {
          current = attempt();
        }}
        failure={(failure) => <Failure {...props} {...failure} />}
      >
        <Loaded {...props} />
      </PartBoundary>
    );
  }
  return Object.assign(Guarded, { preload: () => void load().catch(() => undefined) });
}

/**
 * A part of a page that is loaded when it is shown, under a `Suspense` of whoever shows it. One that cannot be loaded says so in its
 * place, and offers to try again.
 */
export function lazyPart<Props extends object>(load: Load<Props>): Part<Props> {
  return guarded(load, InlineFailure);
}

/** The same for what opens over the page, and is closed by `onClose`: it says so in a dialog. */
export function lazyOverlay<Props extends { readonly onClose: () => void }>(load: Load<Props>): Part<Props> {
  return guarded(load, OverlayFailure);
}
