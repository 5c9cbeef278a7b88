/** The answers that a test file got, each checked against what its route declares of it, while the test goes on. */
const checks: Promise<string | undefined>[] = [];

/** Has an answer checked. Its body is read from a copy; one that breaks off is left to the test. */
export function check(method: string, path: string, response: Response): void {
  const type = response.headers.get("content-type")?.split(";")[0] ?? "";
  if (!/^application\/(problem\+)?json$/.test(type) || method === "HEAD") return;
  const body = response.clone().text();
  const fault = body.then(
    async (text) => {
      // Loaded when the first answer is there: a file that asks no server does without it.
      const { faultOf } = await import("./declared-answers.ts");
      return faultOf({ method, path, status: response.status, type, body: JSON.parse(text) });
    },
    () => undefined,
  );
  // Awaited at the end of the file.
  fault.catch(() => undefined);
  checks.push(fault);
}

/** What was answered and not declared so, each fault once, since this was last asked. */
export async function undeclared(): Promise<string[]> {
  const faults = await Promise.all(checks.splice(0));
  return [...new Set(faults.filter((fault) => fault !== undefined))];
}
