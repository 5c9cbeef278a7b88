import type { Page } from "playwright-core";

/** How the page lays its parts out, as measured in it. */
export interface Layout {
  /** Pairs of controls or texts that cover one another, and what sticks out of the window or of its column. */
  readonly faults: readonly string[];
  /** In pixels; undefined where the rows are cards. */
  readonly description: number | undefined;
  readonly columns: readonly string[];
  /** Cards that are side by side. */
  readonly cardsPerLine: number;
  /** That are to be seen whole without scrolling. */
  readonly rows: number;
}

/** Runs in the page. */
const MEASURE = `(() => {
  const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
  const name = (element) => (element.getAttribute("aria-label") ?? element.textContent ?? element.id).trim().slice(0, 30) || element.tagName;
  const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);
  const faults = [];
  const parts = all("main button, main a, main input, main label, main h1, main h2, main p:not(.sr-only)")
    // A step of the way up may be pressed somewhat above and below its text.
    .filter((element) => !element.closest("nav, table, [data-slot=log-rows], .sr-only") && !element.matches(".sr-only, .absolute"));
  const boxes = parts.map((element) => ({ element, box: element.getBoundingClientRect() })).filter(({ box }) => box.width > 1);
  boxes.forEach(({ element, box }, place) => {
    if (box.right > innerWidth + 0.5 || box.left < -0.5) faults.push(name(element) + " sticks out of the window");
    for (const other of boxes.slice(place + 1)) {
      if (element.contains(other.element) || other.element.contains(element)) continue;
      const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
      const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
      if (across > 1.5 && down > 1.5) faults.push(name(element) + " covers " + name(other.element));
    }
  });
  if (document.documentElement.scrollWidth > innerWidth) faults.push("the page scrolls sideways");
  const list = document.querySelector("[data-slot=log-rows]");
  const edge = list.closest("[data-slot=card]").getBoundingClientRect().right;
  const headings = all("[data-slot=log-rows] th");
  for (const heading of headings) {
    if (heading.scrollWidth > heading.clientWidth + 1) faults.push(name(heading) + " is cut off");
    if (heading.getBoundingClientRect().right > edge + 0.5) faults.push(name(heading) + " sticks out of the card");
  }
  const rows = all("[data-slot=log-rows] [data-index]").map((row) => row.getBoundingClientRect());
  return {
    faults,
    description: all("td[data-column=description]")[0]?.getBoundingClientRect().width,
    columns: headings.map((heading) => heading.getAttribute("aria-label") ?? heading.textContent),
    cardsPerLine: rows.filter(({ top }) => Math.abs(top - rows[0].top) < 1).length,
    rows: rows.filter(({ top, bottom }) => top >= 0 && bottom <= innerHeight).length,
  };
})()`;

/** The layout at this size, once the page has taken it on. */
export async function layoutAt(page: Page, size: { width: number; height: number }): Promise<Layout> {
  await page.setViewportSize(size);
  // Cards are loaded when they are first needed.
  await page.locator("[data-slot=log-rows]").waitFor();
  // What is laid out by its own width learns of it after a frame, and drawn with the next.
  await page.evaluate(
    "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))",
  );
  return page.evaluate(MEASURE);
}
