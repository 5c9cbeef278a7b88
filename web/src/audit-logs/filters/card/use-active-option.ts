import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";

const PAGE_OPTIONS = 10;

/** The options of a listbox that is steered from a text field (WAI-ARIA combobox pattern): the focus stays, one option is active. */
export function useActiveOption(count: number, options: { first: "none" | "first" }) {
  const id = useId();
  const initial = options.first === "first" ? 0 : -1;
  const [wanted, setActive] = useState(initial);
  const active = Math.min(wanted, count - 1);
  const moved = useRef(false);
  useEffect(() => {
    if (moved.current && active >= 0) document.getElementById(`${id}-${active}`)?.scrollIntoView({ block: "nearest" });
    moved.current = false;
  }, [active, id]);
  const move = (to: number) => {
    moved.current = true;
    setActive(Math.max(0, Math.min(count - 1, to)));
  };
  /** @returns true when the key was one that moves. */
  const onMoveKey = (event: KeyboardEvent): boolean => {
    const { key } = event;
    if (count === 0 || event.altKey || event.ctrlKey || event.metaKey) return false;
    if (key === "ArrowDown") move(active + 1 >= count ? 0 : active + 1);
    else if (key === "ArrowUp") move(active <= 0 ? count - 1 : active - 1);
    else if (key === "PageDown") move(active + PAGE_OPTIONS);
    else if (key === "PageUp") move(active - PAGE_OPTIONS);
    else return false;
    event.preventDefault();
    return true;
  };
  return {
    active,
    setActive,
    reset: () => setActive(initial),
    listId: `${id}-list`,
    optionId: (index: number) => `${id}-${index}`,
    activeId: active >= 0 ? `${id}-${active}` : undefined,
    onMoveKey,
  };
}
