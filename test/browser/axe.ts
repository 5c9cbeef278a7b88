import axe from "axe-core";
import type { Page } from "playwright-core";
import { CHECK, CONFIGURE } from "./axe-in-page.ts";

export const SIZES = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } };

/** Looks in which axe found that text has enough contrast (axe-in-page.ts). None is looked at twice. */
const passed = new Set<string>();

/**
 * What axe finds wrong with the page as it is now, each with the elements at fault. Contrast takes two thirds of axe's time, so it is checked
 * only for looks that did not pass before, in any theme, page or file. All else is checked unless nothing changed since it was clean.
 */
export async function violations(page: Page): Promise<unknown> {
  if ((await page.evaluate("typeof axe")) === "undefined") await page.evaluate(`${axe.source}; ${CONFIGURE}`);
  const { found, passes } = await page.evaluate<{ found: string[]; passes: string[] }>(
    `(${CHECK})(${JSON.stringify([...passed])})`,
  );
  for (const look of passes) passed.add(look);
  return found;
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
