import type { ReactNode } from "react";
import { type Place, type SlotProps, type Slots, SlotsProvider, useSlots } from "./slots.ts";

/** A place of the page that features fill. */
export function Slot({ place, ...props }: SlotProps & { readonly place: Place }) {
  return useSlots().features.map(({ name, [place]: Part }) => Part && <Part key={name} {...props} />);
}

/** Around the page: which features it has, and what they keep. */
export function WithFeatures({ slots, children }: { readonly slots: Slots; readonly children: ReactNode }) {
  let content = children;
  for (const { Provider } of slots.features.toReversed()) if (Provider) content = <Provider>{content}</Provider>;
  return <SlotsProvider value={slots}>{content}</SlotsProvider>;
}
