import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { Problem } from "./api/problem.ts";

const NETWORK_RETRIES_MAX = 2;
const RETRY_DEFAULT_MS = 2000;

/** Search that is catching up says so and is asked again until it is there; a lost connection gets two more tries. */
function retry(failures: number, error: Error): boolean {
  if (!(error instanceof Problem)) return false;
  return error.code === "search_unavailable" || (error.code === "network" && failures < NETWORK_RETRIES_MAX);
}

function retryDelay(_failures: number, error: Error): number {
  return (error instanceof Problem ? error.retryAfterMs : undefined) ?? RETRY_DEFAULT_MS;
}

/** @param onSignedOut called when an answer shows that the session is over. */
export function createQueries(onSignedOut: () => void): QueryClient {
  const onError = (error: Error) => {
    if (error instanceof Problem && error.code === "unauthenticated") onSignedOut();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: { retry, retryDelay, networkMode: "always", refetchOnWindowFocus: false, refetchOnReconnect: false },
      mutations: { networkMode: "always" },
    },
  });
}
