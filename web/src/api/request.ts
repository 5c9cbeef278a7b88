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
export const request: Request = (path, init = {}) => takeBegun(path, init) ?? callAsPerson(path, init);

function callAsPerson(path: string, init: RequestInit): Promise<Response> {
  return call(path, { ...init, credentials: "same-origin" });
}

/** Requests that were sent before a page asks for their answers, by their paths. */
const begun = new Map<string, Promise<Response>>();
/** A page that is not drawn by then asks again. */
const BEGUN_MAX_MS = 10_000;

/** Sends a request to read now, because a page that is about to be drawn will make the same one. Its answer is given once. */
export function beginRequest(path: string): void {
  const answer = callAsPerson(path, {});
  begun.set(path, answer);
  const forget = () => begun.get(path) === answer && begun.delete(path);
  // Who takes it learns of a failure; nobody else needs to.
  answer.catch(forget);
  setTimeout(forget, BEGUN_MAX_MS);
}

function takeBegun(path: string, { method = "GET" }: RequestInit): Promise<Response> | undefined {
  const answer = method === "GET" ? begun.get(path) : undefined;
  begun.delete(path);
  return answer;
}

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
