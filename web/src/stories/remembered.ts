import { useCallback, useState } from "react";

const STORAGE_KEY = "daybook-start-here";
const COLLAPSED = "collapsed";

function isCollapsed(): boolean {
  try {
    return localStorage.getItem(STORAGE_KEY) === COLLAPSED;
  } catch {
    // Storage is blocked: what is to be found stands open.
    return false;
  }
}

/** Whether this browser's user wants the starting points out of the way. */
export function useStartHereCollapsed(): [collapsed: boolean, set: (collapsed: boolean) => void] {
  const [collapsed, setCollapsed] = useState(isCollapsed);
  const set = useCallback((next: boolean) => {
    setCollapsed(next);
    try {
      if (next) localStorage.setItem(STORAGE_KEY, COLLAPSED);
      else localStorage.removeItem(STORAGE_KEY);
    } catch {
      // Storage is blocked: the choice holds for this page only.
    }
  }, []);
  return [collapsed, set];
}
