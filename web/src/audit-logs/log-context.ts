import { createContext, useContext } from "react";
import type { LogItem } from "../api/events.ts";
import type { Subject } from "./about/subject.ts";
import type { Command } from "./commands/commands.ts";
import type { FilterState } from "./filters/use-filters.ts";

/** What the rows and their details know of the page around them. */
export interface LogPage {
  readonly state: FilterState;
  /** All that is loaded, in the order it is shown in. */
  readonly rows: readonly LogItem[];
  readonly commands: readonly Command[];
  /** Says what was done, for eye and ear, where nothing has to move for it. */
  readonly say: (text: string) => void;
  /** Whether the organization watches an action. */
  readonly isSensitive: (action: string) => boolean;
  /** Opens the side panel of a user or a resource. @param from what gets the focus back. */
  readonly openAbout: (subject: Subject, from: HTMLElement | null) => void;
}

const LogPageContext = createContext<LogPage | undefined>(undefined);
export const LogPageProvider = LogPageContext.Provider;

export function useLogPage(): LogPage {
  const page = useContext(LogPageContext);
  if (page === undefined) throw new Error("The rows are in no LogPageProvider");
  return page;
}
