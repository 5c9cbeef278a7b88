import { createContext, useContext } from "react";

interface LastSignOff {
  /** What the page asked for when somebody signed it off here; undefined until then. */
  readonly query: string | undefined;
  readonly note: (query: string | undefined) => void;
}

export const LastSignOffContext = createContext<LastSignOff | undefined>(undefined);

export function useLastSignOff(): LastSignOff {
  const last = useContext(LastSignOffContext);
  if (last === undefined) throw new Error("No LastSignOffProvider is around this");
  return last;
}
