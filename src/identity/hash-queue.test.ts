import { describe, expect, it } from "vitest";
import { type Asker, HashQueue, knownAsker } from "./hash-queue.ts";

/** A queue whose two places are taken until `open` is called, and what it did. */
class Flooded {
  readonly done: string[] = [];
  readonly refused: string[] = [];
  private readonly queue = new HashQueue();
  private readonly work: Promise<void>[] = [];
  private readonly release: () => void;

  constructor() {
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    this.release = open;
    for (const place of ["first", "second"]) this.work.push(this.queue.run(knownAsker(place), () => opened));
  }

  ask(name: string, asker: Asker): void {
    const asked = this.queue.run(asker, async () => void this.done.push(name));
    this.work.push(
      asked.catch((error) => {
        expect(error).toMatchObject({ code: "rate_limited", retryAfterSeconds: 5 });
        this.refused.push(name);
      }),
    );
  }

  async open(): Promise<void> {
    this.release();
    await Promise.all(this.work);
  }
}

function stranger(network: string, account: string): Asker {
  return { isKnown: false, groups: [network, account] };
}

describe("the queue of passwords to hash", () => {
  it("serves a known person first, whatever a flood from many networks has waiting", async () => {
    const queue = new Flooded();
    for (let i = 0; i < 300; i++) queue.ask("guess", stranger(`network ${i}`, `account ${i % 150}`));
    queue.ask("ada", knownAsker("ada"));
    await queue.open();
    expect(queue.done[0]).toBe("ada");
    expect([queue.done.length, queue.refused.length]).toEqual([101, 200]);
  });

  it.each([
    ["one account", (i: number) => stranger(`network ${i}`, "account of the flood")],
    ["one network", (i: number) => stranger("network of the flood", `account ${i}`)],
  ])("lets a flood delay and refuse itself: %s", async (_what, guess) => {
    const queue = new Flooded();
    for (let i = 0; i < 150; i++) queue.ask("guess", guess(i));
    queue.ask("ada", stranger("home", "ada"));
    for (let i = 150; i < 200; i++) queue.ask("guess", guess(i));
    await queue.open();
    expect(queue.done[0]).toBe("ada");
    expect(queue.refused).toEqual(Array.from({ length: 101 }, () => "guess"));
  });

  it("refuses a known person who asks more than a hundred times, and nobody else", async () => {
    const queue = new Flooded();
    for (let i = 0; i < 150; i++) queue.ask("eve", knownAsker("eve"));
    queue.ask("ada", knownAsker("ada"));
    await queue.open();
    expect(queue.done[0]).toBe("ada");
    expect(new Set(queue.refused)).toEqual(new Set(["eve"]));
  });

  it("goes on after work that failed", async () => {
    const queue = new HashQueue();
    const failing = Array.from({ length: 5 }, () =>
      queue.run(knownAsker("ada"), () => Promise.reject(new Error("no"))),
    );
    expect((await Promise.allSettled(failing)).map(({ status }) => status)).toEqual(Array(5).fill("rejected"));
    expect(await queue.run(knownAsker("ada"), async () => "yes")).toBe("yes");
  });
});
