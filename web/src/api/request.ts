import { Problem, problemOf } from "./problem.ts";

/** One call to the server that serves this page. @throws Problem unless the answer is a success; the signal's reason when aborted. */
export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, credentials: "same-origin", redirect: "error" });
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    throw new Problem("network", "The server cannot be reached", { cause });
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

/** A JSON body by POST. @throws Problem */
export function post(path: string, body: unknown): Promise<Response> {
  return request(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}
