import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { Random } from "../../src/demo/random.ts";
import { Book } from "../kill/book.ts";
import { Campaign, ORGANIZATIONS } from "../kill/campaign.ts";
import { Readings } from "../kill/readings.ts";
import { temporaryDirectory } from "../support/server.ts";

it.each(["SIGTERM", "SIGINT"] as const)(
  "%s ends the server with exit code 0 while requests are under way, and nothing acknowledged is lost",
  async (signal) => {
    const directory = temporaryDirectory();
    const book = new Book(join(directory, "journal.ndjson"));
    const campaign = await Campaign.begin(book, new Random(Date.now()));
    onTestFinished(async () => {
      await campaign.server.remove();
      book.close();
      rmSync(directory, { recursive: true });
    });
    const stopped = campaign.server;
    await campaign.endOnce(signal);
    expect(stopped.child.exitCode).toBe(0);
    expect(stopped.output()).toContain("Stopped.");
    expect(book.faults).toEqual([]);
    const readings = await Readings.of(campaign.server, campaign.platformKey);
    for (const organization of ORGANIZATIONS) expect(await readings.auditExport(book, organization)).toEqual([]);
    expect(await readings.auditEntries([...book.receipts].slice(-100))).toEqual([]);
  },
);
