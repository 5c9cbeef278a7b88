import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, it, onTestFinished } from "vitest";
import { copyOfSources, Dev } from "../dev/dev.ts";
import { campaign } from "../log/campaign.ts";
import { launchBrowser, openPage } from "./browser.ts";

/** In development a page is two hundred files, and the first one waits until Vite has bundled the packages. */
const PATIENCE_MS = 120_000;
/** A change of one component is shown at once; a campaign prints how long each of many takes. */
const CHANGES = campaign("DAYBOOK_COMPONENT_CHANGES", 1, 20);
const COMPONENTS = [
  { path: "web/src/audit-logs-page/page.tsx", text: /Review system activity|Changed while it is open, \d+/ },
  { path: "web/src/audit-logs/table/log-table.tsx", text: /(?<=>)Audit logs, |Changed while it is open, \d+/ },
  { path: "web/src/audit-logs/export/button.tsx", text: /(?<=>)Export CSV(?=<)|Changed while it is open, \d+/ },
  { path: "web/src/audit-logs/result-bar.tsx", text: /Keyboard help|Changed while it is open, \d+/ },
  { path: "web/src/shell/brand.tsx", text: /(?<=>)Daybook(?=<)|Changed while it is open, \d+/ },
];
/** A class that nothing else uses. */
const NEW_CLASS = "text-[rgb(1,2,3)]";

it(
  "shows a changed component in the open page, under the page's own policy, without a reload",
  async () => {
    const dev = Dev.run(copyOfSources());
    onTestFinished(() => dev.remove());
    const [, link = ""] = await dev.prints(/(http:\/\/\S+\/sign-in#token=\S+)/);
    const browser = await launchBrowser();
    onTestFinished(() => browser.close());
    const { page, faults } = await openPage(browser);
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(link);
    await page.getByRole("button", { name: /sign in|continue/i }).click();
    await page.getByRole("heading", { name: "Audit Logs", level: 1 }).waitFor();
    await page.getByText("Review system activity").waitFor();
    await page.evaluate('document.body.setAttribute("data-kept", "")');
    const times: { path: string; ms: number }[] = [];
    for (let turn = 0; turn < CHANGES; turn++) {
      const { path, text } = COMPONENTS[turn % COMPONENTS.length] as (typeof COMPONENTS)[number];
      const file = join(dev.root, path);
      const now = `Changed while it is open, ${turn}`;
      const source = readFileSync(file, "utf8");
      expect(source).toMatch(text);
      times.push({ path, ms: await shown(page, now, () => writeFileSync(file, source.replace(text, now))) });
    }
    const sorted = times.map(({ ms }) => ms).sort((x, y) => x - y);
    const each = times.map(({ path, ms }) => `${path} was shown after ${ms} ms\n`).join("");
    process.stdout.write(`${each}median ${sorted[CHANGES >> 1]} ms, longest ${sorted.at(-1)} ms\n`);
    expect(await page.locator("body[data-kept]").count()).toBe(1);
    // The component comes by itself. Its new classes follow: Tailwind takes longer.
    expect(dev.output).toMatch(/hmr update \/src\/audit-logs-page\/page\.tsx$/m);
    const brand = join(dev.root, "web/src/shell/brand.tsx");
    writeFileSync(brand, readFileSync(brand, "utf8").replace("text-lg", NEW_CLASS));
    const colour = `getComputedStyle(document.querySelector('[class*="rgb(1,2,3)"]') ?? document.body).color`;
    await expect.poll(() => page.evaluate(colour)).toBe("rgb(1, 2, 3)");
    await dev.prints(/hmr update \/src\/styles\.css$/m);
    expect(faults).toEqual([]);
    // A server that does not start covers the page; the page comes back with the server.
    const server = join(dev.root, "src/http/health.ts");
    const source = readFileSync(server, "utf8");
    writeFileSync(server, `${source}(`);
    await page.locator("vite-error-overlay").getByText("src/http/health.ts").first().waitFor();
    writeFileSync(server, source);
    await page.locator("vite-error-overlay").waitFor({ state: "detached" });
    await page.getByText("Changed while it is open").first().waitFor();
    expect(faults).toEqual([]);
  },
  3 * PATIENCE_MS,
);

/**
 * Makes a change, and waits until its styles have come too. @returns the milliseconds until the page holds the text, by the page's own look at each
 * of its changes.
 */
async function shown(page: Page, text: string, change: () => void): Promise<number> {
  const styled = page.waitForEvent("requestfinished", (request) => request.url().includes("/styles.css?t="));
  await page.evaluate(`void (globalThis.shown = new Promise((resolve) => {
    new MutationObserver((_, observer) => {
      if (!document.body.textContent.includes(${JSON.stringify(text)})) return;
      observer.disconnect();
      resolve(Date.now());
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  }))`);
  const begun = Date.now();
  change();
  const at = await page.evaluate<number>("globalThis.shown");
  await styled;
  return at - begun;
}
