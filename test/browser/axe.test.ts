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

it("finds text that has too little contrast among texts whose looks passed before", async () => {
  const text = (style: string, inner = "") => `<p style="color: #000; ${style}">Text${inner}</p>`;
  const show = (body: string) =>
    page.setContent(
      `<html lang="en"><title>Page</title><body style="background: #fff"><main><h1>Title</h1>${body}</main>`,
    );
  // Alone it is right; among text it looks too much like the text.
  const link = `<a href="/" style="color: #333; text-decoration: none">link</a>`;
  await show(`${text("")}<p style="color: #000">${link}</p>`);
  expect(await violations(page)).toEqual([]);
  for (const fault of [
    text("color: #aaa"),
    text("background: #333"),
    text("opacity: 0.3"),
    text("font-size: 10px; color: #888"),
    `<div style="background: #333">${text("")}</div>`,
    `<div style="background: rgb(0 0 0 / 80%)">${text("")}</div>`,
    `<div style="position: relative; background: #333; height: 4em"></div>${text("position: relative; top: -3em")}`,
    `<div style="background: #333; height: 4em"></div>${text("position: absolute; top: 100px")}`,
    `<div style="background: #333; height: 4em"></div>${text("margin-top: -3em")}`,
    `<div style="background: #333; height: 9em; width: 40%"></div><div style="position: absolute; top: 160px; width: 90%"><p style="width: 9em">Text</p></div>`,
    `<div style="display: grid"><div style="background: #333; grid-area: 1 / 1; height: 4em"></div>${text("grid-area: 1 / 1")}</div>`,
    text("", ` that goes on for long enough ${link}`),
  ]) {
    await show(`${text("")}${fault}`);
    expect(await violations(page), fault).toEqual([expect.stringMatching(/color-contrast|link-in-text-block/)]);
    await show(text(""));
    expect(await violations(page)).toEqual([]);
  }
});
