import axe from "axe-core";
import type { Frame, Page } from "playwright-core";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

export const SIZES = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } };

/** Rules whose outcome hangs on colours. Whether link-in-text-block does depends on how links are told apart from text. */
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];

/**
 * What axe finds wrong with the page as it is now, each with the elements at fault. In another theme, the elements and their places
 * are the same as they were: only colours can have gone wrong since, and only they are looked at again.
 */
export async function violations(page: Page | Frame): Promise<unknown> {
  if ((await page.evaluate("typeof axe")) === "undefined") await page.evaluate(axe.source);
  // The rest of what axe can report, of every element that passes, takes as long again.
  const options = { runOnly: RULES, resultTypes: ["violations"], selectors: false, preload: false };
  return page.evaluate(`(async () => {
    const elements = [...document.querySelectorAll("*")].map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return [x, y, width, height, element.checkVisibility({ visibilityProperty: true })].join();
    });
    const now = document.documentElement.outerHTML + elements.join(";");
    const clean = globalThis.axeFoundNothingIn === now;
    const options = clean ? { ...${JSON.stringify(options)}, runOnly: ${JSON.stringify(COLOUR_RULES)} } : ${JSON.stringify(options)};
    const { violations } = await axe.run(document, options);
    globalThis.axeFoundNothingIn = violations.length === 0 ? now : undefined;
    return violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" | "));
  })()`);
}

/** The page as it is, wide and narrow, light and dark, without being loaded again; it is left wide and light. */
export async function inEverySize(page: Page, check: () => Promise<void>): Promise<void> {
  for (const size of [SIZES.narrow, SIZES.wide]) {
    await page.setViewportSize(size);
    await inEveryTheme(page, check);
  }
}

/** The page as it is, light and dark; it is left light. */
export async function inEveryTheme(page: Page, check: () => Promise<void>): Promise<void> {
  for (const colorScheme of ["dark", "light"] as const) {
    // Colours that fade into one another are neither.
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await check();
  }
}

/** How many pixels of the page lie beyond its right edge. */
export async function sidewaysPx(page: Page): Promise<number> {
  return page.evaluate("Math.max(0, document.documentElement.scrollWidth - innerWidth)");
}

/** What is meant to be hit by a finger and is lower than 44 px, itself and the label it is in. */
export async function smallTargets(page: Page): Promise<unknown> {
  return page.evaluate(`[...document.querySelectorAll("button, a[href], input, [role=combobox]")]
    .filter((element) => !element.closest("[aria-hidden=true], [inert], [data-base-ui-inert]"))
    .map((element) => {
      const areas = [element, element.closest("label"), element.matches("h2 a") ? element.closest("section") : null];
      const heights = areas.map((area) => area?.getBoundingClientRect()).map((box) => (box && box.width > 1 ? box.height : 0));
      return [element.outerHTML.slice(0, 120), Math.max(...heights)];
    })
    .filter(([, height]) => height > 1 && height < 43.5)`);
}
