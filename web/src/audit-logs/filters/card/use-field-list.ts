import { type KeyboardEvent, useState } from "react";
import { useActiveOption } from "./use-active-option.ts";

/** The list under a text field: typing, a click or Arrow down opens it, Escape closes it. @param count how many options it has; it is not shown without any. */
export function useFieldList(count: number) {
  const [open, setOpen] = useState(false);
  const options = useActiveOption(count, { first: "none" });
  const shown = open && count > 0;
  const close = () => {
    setOpen(false);
    options.reset();
  };
  /** @returns true when the key was one for the list. */
  const onListKey = (event: KeyboardEvent): boolean => {
    if (event.key === "Escape" && shown) {
      // The list is the topmost thing; what it is in stays open.
      event.stopPropagation();
      event.preventDefault();
      close();
      return true;
    }
    if (event.key === "ArrowDown" && !shown) {
      event.preventDefault();
      setOpen(true);
      return true;
    }
    return shown && options.onMoveKey(event);
  };
  return {
    shown,
    options,
    open: () => setOpen(true),
    close,
    onListKey,
    /** What the field says of its list. */
    control: {
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": shown,
      "aria-controls": shown ? options.listId : undefined,
      "aria-activedescendant": shown ? options.activeId : undefined,
    } as const,
  };
}
