import { expect, it } from "vitest";
import { allSettled, closeAll } from "./close-all.ts";

it("closes what is left when one fails, in order, and reports what failed", async () => {
  const closed: string[] = [];
  const failing = (name: string) => () => {
    closed.push(name);
    throw new Error(name);
  };
  const one = closeAll([failing("writer"), async () => void closed.push("reader"), () => void closed.push("lock")]);
  await expect(one).rejects.toThrow(/^writer$/);
  expect(closed).toEqual(["writer", "reader", "lock"]);
  await expect(closeAll([failing("one"), () => undefined, failing("two")])).rejects.toMatchObject({
    message: "one",
    errors: [new Error("one"), new Error("two")],
  });
  await closeAll([() => undefined]);
});

it("waits for work that runs at the same time until all of it has ended", async () => {
  let ended = false;
  const slow = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
    ended = true;
  });
  await expect(allSettled([Promise.reject(new Error("no")), undefined, slow])).rejects.toThrow(/^no$/);
  expect(ended).toBe(true);
});
