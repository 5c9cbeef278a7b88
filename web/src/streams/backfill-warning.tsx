import { BACKFILL } from "@daybook/sdk";
import { TriangleAlert } from "lucide-react";
import type { Stream } from "../api/streams.ts";
import { Banner } from "../ui/notice.tsx";

/** What a receiver does to events that are not new. Nothing where it takes them. */
export function BackfillWarning({ type }: Pick<Stream, "type">) {
  const backfill = BACKFILL[type];
  if (backfill === undefined) return null;
  return (
    <Banner tone="caution" icon={TriangleAlert}>
      {backfill.warning}
    </Banner>
  );
}
