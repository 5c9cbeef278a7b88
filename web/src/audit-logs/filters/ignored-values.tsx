import { Link2Off } from "lucide-react";
import { clip } from "../../text/truncate.ts";
import { Button } from "../../ui/button.tsx";
import { Banner } from "../../ui/notice.tsx";
import { VisibleText } from "../../ui/visible-text.tsx";
import type { FilterState } from "./use-filters.ts";

const SHOWN_TEXT_MAX = 60;

/** What the address asks for and cannot be meant, so that nobody takes the rows for its answer. */
export default function IgnoredValues({ state: { ignored, filters, setAll } }: { state: FilterState }) {
  if (ignored.length === 0) return null;
  return (
    <Banner
      tone="caution"
      icon={Link2Off}
      actions={
        <Button variant="outline" size="small" onClick={() => setAll(filters)}>
          Remove from address
        </Button>
      }
    >
      <p>Part of this address was ignored:</p>
      <ul>
        {ignored.map(({ name, value, reason }) => (
          <li key={`${name}=${value}`} className="[overflow-wrap:anywhere]">
            <code className="font-mono text-xs">
              {name}=<VisibleText value={clip(value, SHOWN_TEXT_MAX)} />
            </code>{" "}
            is {reason}
          </li>
        ))}
      </ul>
    </Banner>
  );
}
