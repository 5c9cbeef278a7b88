import { createContext, useContext } from "react";

/** The id of the view that somebody chose, or whose filters the page last had. */
interface FollowedView {
  readonly id: string | undefined;
  readonly follow: (id: string) => void;
}

export const FollowedViewContext = createContext<FollowedView | undefined>(undefined);

export function useFollowedView(): FollowedView {
  const followed = useContext(FollowedViewContext);
  if (followed === undefined) throw new Error("No FollowedViewProvider is around this");
  return followed;
}
