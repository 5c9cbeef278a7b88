import { type ComponentType, createContext, type ReactNode, useContext } from "react";
import type { Part } from "../shell/lazy-part.tsx";
import type { PaletteProps } from "./commands/palette.tsx";
import type { EventsState } from "./use-events.ts";
import type { PageTools } from "./use-page-tools.ts";

/** What is in a slot knows this of the page. */
export interface SlotProps {
  readonly tools: PageTools;
  readonly events: EventsState;
  /** Filters and actions have a row of their own. */
  readonly wide: boolean;
}

/**
 * What another room adds to the page. The page has the places and knows no other room; `audit-logs-page` says which features there are,
 * in the order they are shown in.
 */
export interface Feature {
  readonly name: string;
  /** Keeps what its parts have in common. */
  readonly Provider?: ComponentType<{ children: ReactNode }>;
  /** In the header: a button that opens a menu. */
  readonly Menu?: ComponentType<SlotProps>;
  /** Under the header: what holds for the rows as a whole. */
  readonly Banner?: ComponentType<SlotProps>;
  /** Over the filters: where to begin. */
  readonly Row?: ComponentType<SlotProps>;
  /** Over the rows: the next step of what somebody began. */
  readonly Panel?: ComponentType<SlotProps>;
  /** Over the page: its dialogs. */
  readonly Overlay?: ComponentType<SlotProps>;
}

export type Place = "Menu" | "Banner" | "Row" | "Panel" | "Overlay";

export interface Slots {
  readonly features: readonly Feature[];
  /** The palette, with the commands of these features too. */
  readonly Palette: Part<PaletteProps>;
}

const SlotsContext = createContext<Slots | undefined>(undefined);
export const SlotsProvider = SlotsContext.Provider;

export function useSlots(): Slots {
  const slots = useContext(SlotsContext);
  if (slots === undefined) throw new Error("The audit logs are in no SlotsProvider");
  return slots;
}
