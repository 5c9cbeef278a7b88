import { createContext, useContext } from "react";
import { request } from "../api/request.ts";
import { streamsBy } from "../api/streams.ts";
import type { Permitted } from "../shell/permissions.ts";

/** Whose streams they are, and what can be done to them. */
export interface StreamsOrganization extends Permitted {
  readonly id: string;
}

const CallsContext = createContext(streamsBy(request));

/** Whose calls the page makes. By default the person's who is signed in; in a frame of another application its viewer's. */
export const StreamCallsProvider = CallsContext.Provider;

export const useStreamCalls = () => useContext(CallsContext);
