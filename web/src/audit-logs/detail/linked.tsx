import { useSearch } from "@tanstack/react-router";
import { Suspense } from "react";
import type { LogItem } from "../../api/events.ts";
import { lazyPart } from "../../shell/lazy-part.tsx";

const LinkedEvent = lazyPart(() => import("./linked-event.tsx"));

/** The event that the address names, where it names one. @param rows undefined until the first answer. */
export function Linked({ rows }: { readonly rows: readonly LogItem[] | undefined }) {
  const { event: id } = useSearch({ strict: false }) as { event?: unknown };
  if (typeof id !== "string" || id === "") return null;
  return (
    <Suspense>
      <LinkedEvent key={id} id={id} rows={rows} />
    </Suspense>
  );
}
