import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import type { TestServer } from "../support/server.ts";
import { SIZES, sidewaysPx, smallTargets, violations } from "./axe.ts";
import { closeContexts, launchBrowser } from "./browser.ts";
import { foundAcme, join as joinAs, openAs, type Person } from "./people.ts";

const PAGE = "/settings/organization/integrity";

let server: TestServer;
let browser: Browser;
let owner: Person;
let member: Person;

beforeAll(async () => {
  server = await AppServer.start();
  browser = await launchBrowser();
  owner = await foundAcme(server);
  member = await joinAs(server, owner, "Alan Turing", "member");
});

afterAll(async () => {
  await closeContexts(browser);
  await server?.remove();
});

interface Shown {
  checkpoint: unknown;
  entries: number;
  state: string;
  alarm: unknown;
  witnesses: unknown[];
  restored: unknown[];
  verification: { running: unknown; last: unknown; failed_at: unknown; next_at: unknown };
}

const last = { ok: true, started_at: "2026-11-22T03:00:00.000Z", duration_ms: 81_250, entries: 2_411_908 };
const findings = [
  {
    part: "search",
    kind: "row_changed",
    message: "Entry 7 of acme (e-7) was changed in search.",
    sequence: 7,
    id: "e-7",
  },
];
const witness = { name: "witness.example/daybook", key_id: "0badc0de", state: "ok", cosigned_size: 1200 };

/** What a person may come upon: what the server says, altered on its way. */
const STATES: Readonly<Record<string, { alter?: (shown: Shown) => void; text: string | RegExp }>> = {
  "not verified yet": { text: "A full verification has not run yet" },
  "nothing signed yet": {
    alter: (shown) => Object.assign(shown, { checkpoint: null, entries: 0 }),
    text: "Nothing is signed yet.",
  },
  green: {
    alter: (shown) => {
      Object.assign(shown.verification, { last: { ...last, findings: [], findings_here: 0, only_search: true } });
      shown.witnesses = [witness, { ...witness, key_id: "0badc0df", state: "unreachable", cosigned_size: 0 }];
    },
    text: "Every entry is signed. The last full verification found nothing.",
  },
  "entries that are not signed yet": {
    alter: (shown) => {
      const size = (shown.checkpoint as { size: number }).size;
      Object.assign(shown, { entries: size + 1319 });
    },
    text: "No problems found. The newest 1,319 entries are not signed yet.",
  },
  "signing that fails": {
    alter: (shown) => Object.assign(shown, { signing_failing: true, entries: shown.entries + 1 }),
    text: "Signing has stopped.",
  },
  running: {
    alter: ({ verification }) =>
      Object.assign(verification, {
        running: { started_at: last.started_at, entries: 1_000, of: 4_000, findings: 0 },
      }),
    text: "1,000 of 4,000 entries read",
  },
  "red by the log": {
    alter: ({ verification }) =>
      Object.assign(verification, {
        last: {
          ...last,
          ok: false,
          findings: [{ ...findings[0], part: "log", kind: "entry_altered" }],
          findings_here: 1,
          only_search: false,
        },
      }),
    text: "found what is listed below",
  },
  "red by search": {
    alter: ({ verification }) =>
      Object.assign(verification, { last: { ...last, ok: false, findings, findings_here: 1, only_search: true } }),
    text: "Search differs from the log.",
  },
  "red by identity": {
    alter: ({ verification }) =>
      Object.assign(verification, {
        last: {
          ...last,
          ok: false,
          findings: [{ ...findings[0], part: "identity", kind: "identity_behind" }],
          findings_here: 1,
          only_search: false,
        },
      }),
    text: "People and keys are older than the log.",
  },
  "red by a witness of another log": {
    alter: (shown) => {
      shown.witnesses = [{ ...witness, state: "unknown_log", cosigned_size: 0 }];
      shown.restored = [
        {
          previous_origin: "daybook/6a1cf0f5-0000-4000-8000-000000000000/acme",
          entries: 11,
          signed_entries: 21,
          restored_at: last.started_at,
          statement: "…",
        },
      ];
    },
    text: "10 that were signed before are gone",
  },
  alarm: {
    alter: (shown) =>
      Object.assign(shown, {
        state: "alarm",
        alarm: { since: last.started_at, reason: "Entry 7 of acme is not what was acknowledged.", sequence: 7 },
      }),
    text: "What is stored is not what was acknowledged.",
  },
};

async function openAltered(page: Page, alter: ((shown: Shown) => void) | undefined): Promise<void> {
  await page.route("**/v1/integrity?*", async (route) => {
    const response = await route.fetch();
    const shown = (await response.json()) as Shown;
    alter?.(shown);
    await route.fulfill({ response, json: shown });
  });
  await page.goto(server.url + PAGE);
}

/** For whoever wants to look: into the directory that the environment names. */
async function screenshot(page: Page, name: string): Promise<void> {
  const directory = process.env.DAYBOOK_SCREENSHOTS;
  if (directory === undefined) return;
  await page.screenshot({ path: join(directory, `${name.replaceAll(" ", "-")}.png`), fullPage: true });
}

describe("the Integrity page", () => {
  it.each(Object.entries(STATES))("shows %s, in both themes, wide and narrow", async (name, { alter, text }) => {
    // Colours that are still on their way to the other theme would be measured.
    const { page, faults } = await openAs(browser, server, owner);
    await openAltered(page, alter);
    await page.getByText(text).first().waitFor();
    await page.getByText(/^Fingerprint [0-9a-f]{4} /).waitFor();
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        await screenshot(page, `integrity-${name}-${size}-${colorScheme}`);
        expect(await violations(page), `${size} ${colorScheme}`).toEqual([]);
      }
      expect(await sidewaysPx(page), size).toBe(0);
      if (size === "narrow") expect(await smallTargets(page)).toEqual([]);
    }
    expect(faults).toEqual([]);
    // The page goes on asking while a verification runs.
    await page.unrouteAll({ behavior: "wait" });
    await page.context().close();
  });

  it("says how to pair with a witness, with the keys in the commands", async () => {
    const { page, faults } = await openAs(browser, server, owner);
    await page.goto(server.url + PAGE);
    const card = page.getByRole("region", { name: "Set up a witness" });
    await card.getByText(/--log 'daybook\/[0-9a-f-]{36}\/acme\+/).waitFor();
    await card.getByLabel("Witness key").fill("witness.example/w1+7c9d31e0+AQID");
    await card.getByLabel("Witness address").fill("witness.example");
    await card.getByText("Must begin with https://").waitFor();
    await card.getByLabel("Witness address").fill("https://witness.example");
    await card.getByText("'witness.example/w1+7c9d31e0+AQID@https://witness.example'").waitFor();
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it("has everything verified, and says how it came out", async () => {
    const { page, faults } = await openAs(browser, server, owner);
    await page.goto(`${server.url}/settings/organization`);
    await page.getByRole("main").getByRole("link", { name: "Integrity", exact: true }).click();
    await page.getByText("It has not run yet.").waitFor();
    await page.getByRole("button", { name: "Verify everything now" }).click();
    await page.getByText("Nothing differs here").waitFor();
    await page.getByText("The last full verification found nothing").waitFor();
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it("tells who cannot see it so, and what failed", async () => {
    const { page } = await openAs(browser, server, member);
    await page.goto(server.url + PAGE);
    await page.getByRole("alert").filter({ hasText: "You don't have access to the integrity of the log" }).waitFor();
    await page.context().close();
    const other = await openAs(browser, server, owner);
    await other.page.route("**/v1/integrity?*", (route) =>
      route.fulfill({ status: 500, json: { code: "internal", detail: "Something went wrong", request_id: "req-1" } }),
    );
    await other.page.goto(server.url + PAGE);
    await other.page.getByText("req-1").waitFor();
    await other.page.unroute("**/v1/integrity?*");
    await other.page.getByRole("button", { name: "Retry" }).click();
    await other.page.getByText("Entries in the log").waitFor();
    await other.page.context().close();
  });
});
