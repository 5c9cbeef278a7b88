import type { ReactNode } from "react";
import { Card } from "../ui/card.tsx";
import { LoadFailure } from "./failure.tsx";

const LINE_WIDTHS = ["w-40", "w-64", "w-52", "w-72", "w-44"];

interface ResourceProps<Data> {
  readonly query: {
    readonly data: Data | undefined;
    readonly error: Error | null;
    readonly refetch: () => unknown;
  };
  /** What is on its way, or could not be loaded: "The settings". */
  readonly what: string;
  /** How many lines stand for it until it is there, at most five. */
  readonly lines: number;
  readonly children: (data: Data) => ReactNode;
}

/** Cards made of one answer, with everything that may be in their place: what is on its way, what failed. */
export function Resource<Data>({ query: { data, error, refetch }, what, lines, children }: ResourceProps<Data>) {
  const failure = error && (
    <LoadFailure what={what} error={error} onRetry={() => void refetch()} kept={data !== undefined} />
  );
  if (data === undefined && failure) return <Card>{failure}</Card>;
  if (data === undefined) return <Skeleton what={what} lines={lines} />;
  return (
    <>
      {failure}
      {children(data)}
    </>
  );
}

function Skeleton({ what, lines }: { what: string; lines: number }) {
  return (
    <Card aria-busy className="flex flex-col gap-6 p-5">
      <span role="status" className="sr-only">
        Loading {what.toLowerCase()}
      </span>
      {LINE_WIDTHS.slice(0, lines).map((width) => (
        <span key={width} className={`block h-3 animate-breathe rounded-full bg-accent ${width}`} />
      ))}
    </Card>
  );
}
