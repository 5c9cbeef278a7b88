import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { copyOfSources, Dev } from "../dev/dev.ts";
import { launchBrowser, openPage } from "./browser.ts";

/** In development a page is two hundred files, and the first one waits until Vite has bundled the packages. */
const PATIENCE_MS = 120_000;
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
    const file = join(dev.root, "web/src/audit-logs/page.tsx");
    writeFileSync(file, readFileSync(file, "utf8").replace("Review system activity", "Changed while it is open"));
    await page.getByText("Changed while it is open").waitFor();
    expect(await page.locator("body[data-kept]").count()).toBe(1);
    // The component comes by itself. Its new classes follow: Tailwind takes longer.
    expect(dev.output).toMatch(/hmr update \/src\/audit-logs\/page\.tsx$/m);
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
    await page.getByText("Changed while it is open").waitFor();
    expect(faults.filter((fault) => !fault.includes("503"))).toEqual([]);
  },
  3 * PATIENCE_MS,
);
