import type { Weekday } from "@daybook/sdk/filters";
import { createContext, useContext } from "react";
import type { ColumnLayout } from "../api/profile.ts";
import type { Request } from "../api/request.ts";
import type { Permission } from "../api/schema.ts";
import type { FixedFilter } from "./filters/within.ts";

/**
 * Through what the page gets at the logs: a person's session in the console, or a viewer token in a frame of another application.
 * Nothing of the page knows which.
 */
export interface LogAccess {
  readonly organization: {
    readonly id: string;
    readonly name: string;
    readonly role?: string;
    readonly time_zone: string | null;
    /** As a filter by time of day says them. Absent in a frame of another application, as is what follows. */
    readonly office_hours?: string | null;
    /** The weekday by whose end the logs are to be reviewed. */
    readonly review_due?: Weekday | null;
    /** Absent where it has to be asked for. */
    readonly sensitive_actions?: readonly string[];
  };
  readonly permissions: readonly Permission[];
  /** Calls the server with the right credentials. */
  readonly request: Request;
  /** Another one means that what was asked before is to be asked again: a new token after one that expired. */
  readonly key: string;
  /** Whether the page's own address, opened again, shows the same: not so in a frame that got its token from elsewhere. */
  readonly permalinks?: boolean;
  /** Who is signed in and belongs to the organization: has saved views there, and reviews. Absent for a viewer token. */
  readonly member?: { readonly id: string; readonly name: string };
  /** The console around the page, and what else one can go to there. Absent in a frame of another application. */
  readonly console?: {
    /** One's own. */
    readonly organizations: readonly { readonly id: string; readonly name: string }[];
    readonly switchTo: (organization: string) => void;
  };
  /** How they want the table, and what keeps another choice. Absent where nobody is signed in. */
  readonly columns?: {
    readonly kept: ColumnLayout | null;
    /** @param layout null for the table as it comes. @throws Problem */
    readonly keep: (layout: ColumnLayout | null) => Promise<void>;
  };
  /** What the reader can see at all; undefined is everything. */
  readonly fixed?: FixedFilter;
  /** Called when an answer shows that the access is over. */
  readonly onOver: () => void;
}

const AccessContext = createContext<LogAccess | undefined>(undefined);
export const LogAccessProvider = AccessContext.Provider;

export function useLogAccess(): LogAccess {
  const access = useContext(AccessContext);
  if (access === undefined) throw new Error("The audit logs are in no LogAccessProvider");
  return access;
}
