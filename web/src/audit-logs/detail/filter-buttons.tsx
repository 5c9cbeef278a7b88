import { Button } from "../../ui/button.tsx";
import { LineIcon } from "../../ui/line-icon.tsx";
import type { Filters } from "../filters/filters.ts";
import { useLogPage } from "../log-context.ts";

interface FilterButtonsProps {
  /** As in "Filter for this role". */
  readonly label: string;
  /** The filters that ask for a value, and those that leave it out; undefined where they cannot be asked for. */
  readonly wanted: Filters | undefined;
  readonly unwanted: Filters | undefined;
}

/** Filters for a value of the details, or leaves it out. */
export function FilterButtons({ label, wanted, unwanted }: FilterButtonsProps) {
  const { setAll } = useLogPage().state;
  return (
    <>
      {wanted && (
        <Button
          variant="ghost"
          size="inline"
          aria-label={`Filter for this ${label}`}
          title={`Filter for this ${label}`}
          onClick={() => setAll(wanted)}
        >
          <LineIcon name="filter" />
        </Button>
      )}
      {unwanted && (
        <Button
          variant="ghost"
          size="inline"
          aria-label={`Exclude this ${label}`}
          title={`Exclude this ${label}`}
          onClick={() => setAll(unwanted)}
        >
          <LineIcon name="exclude" />
        </Button>
      )}
    </>
  );
}
