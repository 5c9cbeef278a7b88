import { type ReactNode, useCallback, useMemo, useRef, useState } from "react";
import { EditingContext, type Rewriting } from "./editing-context.ts";
import type { FilterName } from "./filters.ts";

function control(name: FilterName): HTMLElement | null {
  return document.querySelector(`[data-filter="${name === "range" ? "start" : name}"]`);
}

function goTo(element: HTMLElement): void {
  element.focus();
  if (element instanceof HTMLInputElement) element.select();
  else element.click();
}

export function FilterEditingProvider({ children }: { children: ReactNode }) {
  const [panelOpen, setOpen] = useState(false);
  const [rewriting, rewrite] = useState<Rewriting>();
  const wanted = useRef<FilterName>(undefined);
  const setPanelOpen = useCallback((open: boolean) => {
    if (!open) wanted.current = undefined;
    setOpen(open);
  }, []);
  const edit = useCallback((name: FilterName) => {
    const standing = control(name);
    if (standing !== null) return goTo(standing);
    wanted.current = name;
    setOpen(true);
  }, []);
  const findWanted = useCallback(() => (wanted.current === undefined ? null : control(wanted.current)), []);
  const editing = useMemo(
    () => ({ edit, panelOpen, setPanelOpen, findWanted, rewrite, rewriting }),
    [edit, panelOpen, setPanelOpen, findWanted, rewriting],
  );
  return <EditingContext value={editing}>{children}</EditingContext>;
}
