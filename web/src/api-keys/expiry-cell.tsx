import { Badge } from "../ui/badge.tsx";
import { When } from "../ui/when.tsx";

/** When a key expires, or that it has. */
export function ExpiryCell({ expiresAt }: { expiresAt: string | null }) {
  if (expiresAt === null) return <span className="text-muted-foreground">Never</span>;
  if (Date.parse(expiresAt) > Date.now()) return <When instant={expiresAt} />;
  return (
    <span className="inline-flex flex-wrap items-center gap-1.5">
      <Badge variant="destructive">Expired</Badge> <When instant={expiresAt} />
    </span>
  );
}
