import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { violations } from "./axe.ts";
import { closeContexts, launchBrowser, openPage } from "./browser.ts";

/** The check that the accessibility tests go by, shown what it has to find. */

let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launchBrowser();
  ({ page } = await openPage(browser, { colorScheme: "light" }));
});
afterAll(() => closeContexts(browser));

it("finds a colour that is wrong in the other theme only", async () => {
  await page.setContent(`<html lang="en"><title>Page</title><style>
    p { color: #000; background: #fff }
    @media (prefers-color-scheme: dark) { p { color: #777; background: #888 } }
  </style><main><h1>Title</h1><p>Text</p></main>`);
  expect(await violations(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await violations(page)).toEqual([expect.stringContaining("color-contrast")]);
  await page.emulateMedia({ colorScheme: "light" });
  expect(await violations(page)).toEqual([]);
});

it("finds what was added, or came into view, since a check found nothing", async () => {
  const hidden = "<button hidden></button>";
  await page.setContent(`<html lang="en"><title>Page</title><main><h1>Title</h1>${hidden}</main>`);
  expect(await violations(page)).toEqual([]);
  await page.addStyleTag({ content: "button[hidden] { display: block }" });
  expect(await violations(page)).toEqual([expect.stringContaining("button-name")]);
  expect(await violations(page)).toEqual([expect.stringContaining("button-name")]);
});
