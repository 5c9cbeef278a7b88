import { createContext, useContext, useEffect } from "react";
import type { FilterName, Filters } from "./filters.ts";

/** A token that is in the search box to be written again. */
export interface Rewriting {
  readonly token: string;
  /** What is looked for as well. */
  readonly words: string;
  /** The filters less what the token says. */
  readonly without: Filters;
}

/** Goes to a filter's control, wherever it is: in the card, or in the panel that holds the rarer ones (on a phone, all but the search). */
interface FilterEditing {
  readonly edit: (name: FilterName) => void;
  readonly panelOpen: boolean;
  readonly setPanelOpen: (open: boolean) => void;
  /** The control that the panel was opened for, once it is there; else null. */
  readonly findWanted: () => HTMLElement | null;
  /** Takes a filter that has no control into the search box, as its token; until it is finished the filter stays. */
  readonly rewrite: (rewriting: Rewriting | undefined) => void;
  readonly rewriting: Rewriting | undefined;
}

export const EditingContext = createContext<FilterEditing | undefined>(undefined);

/** To change a filter as from a chip or a key: `edit("q")` goes to the search, `edit("action")` opens the actions. */
export function useFilterEditing(): FilterEditing {
  const editing = useContext(EditingContext);
  if (editing === undefined) throw new Error("No FilterEditingProvider is around this");
  return editing;
}

/** In a panel that may come later than its opening: goes to the wanted control once it is there. */
export function useWantedFocus(): void {
  const { findWanted } = useFilterEditing();
  useEffect(() => findWanted()?.focus(), [findWanted]);
}
