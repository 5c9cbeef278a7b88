import { Problem, problemOf } from "./problem.ts";

/** A call to the server that serves this page. @throws Problem unless the answer is a success; the signal's reason when aborted. */
export type Request = (path: string, init?: RequestInit) => Promise<Response>;

async function call(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, redirect: "error" });
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    throw new Problem("network", "The server cannot be reached", { cause });
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

/** As the person who is signed in. */
export const request: Request = (path, init = {}) => call(path, { ...init, credentials: "same-origin" });

/** As who holds a token; no cookie goes along. */
export function requestWith(token: string): Request {
  return (path, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${token}`);
    return call(path, { ...init, headers, credentials: "omit" });
  };
}

type Changing = "POST" | "PUT" | "PATCH" | "DELETE";

/** A JSON body by a method that changes something. @param by whose call it is. @throws Problem */
export function send(method: Changing, path: string, body?: unknown, by: Request = request): Promise<Response> {
  if (body === undefined) return by(path, { method });
  return by(path, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
}
