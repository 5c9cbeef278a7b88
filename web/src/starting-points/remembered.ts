import { useCallback } from "react";
import { storedChoice } from "../ui/stored-choice.ts";

const startHere = storedChoice("daybook-start-here", ["collapsed", "shown"]);

/** Whether this browser's user wants the starting points out of the way. */
export function useStartHereCollapsed(): [collapsed: boolean, set: (collapsed: boolean) => void] {
  const collapsed = startHere.use() === "collapsed";
  return [collapsed, useCallback((next: boolean) => startHere.set(next ? "collapsed" : "shown"), [])];
}
