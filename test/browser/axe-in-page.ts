// Programs that run in a page under test, beside axe. Texts, because the tests are typed without a DOM.

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** Rules whose outcome hangs on looks. Whether link-in-text-block does depends on how links are told apart from text. */
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];
/** Marks, while axe runs, the elements at whose looks it has to look. */
const UNSEEN = "data-unseen";

/** Once in each page. */
export const CONFIGURE = `axe.configure({ rules: [
  { id: "color-contrast", selector: "[${UNSEEN}]" },
  { id: "link-in-text-block", selector: "a[href][${UNSEEN}]" },
] })`;

/**
 * (passed: string[]) => Promise<{ found: string[], passes: string[] }>: runs axe over the document; `passes` are looks that `passed` did not have.
 *
 * A look is all that the contrast of a text depends on: its own style, and what is painted under it up to the first opaque background, which is
 * that of its ancestors. Text that is placed freely has a look where nothing else is painted under it; where that cannot be seen, it is checked
 * each time.
 */
export const CHECK = `async (passed) => {
  const options = { preload: false, selectors: false };
  const elements = [...document.querySelectorAll("*")];
  const places = elements.map((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return [x, y, width, height, element.checkVisibility({ visibilityProperty: true })].join();
  });
  const now = document.documentElement.outerHTML + places.join(";");

  const grounds = new Map();
  /** What is painted under the text of an element. */
  const groundOf = (element) => {
    if (element === null) return { under: "", plain: true, opaque: true, paints: true, free: false };
    if (grounds.has(element)) return grounds.get(element);
    const style = getComputedStyle(element);
    const above = groundOf(element.parentElement);
    const { backgroundColor: color, backgroundImage: image } = style;
    const effects = [style.opacity, style.filter, style.mixBlendMode].join();
    // What fades as a whole lets through what is behind it.
    const plain = above.plain && effects === "1,none,normal";
    const opaque = plain && image === "none" && !/transparent|\\/|rgba/.test(color);
    const paints = image !== "none" || !/^rgba\\(0, 0, 0, 0\\)$|^transparent$/.test(color);
    const under = [paints ? color + image : "", effects === "1,none,normal" ? "" : effects, opaque ? "" : above.under];
    const free = !opaque && (above.free || isPlacedFreely(style));
    const ground = { under: under.filter((part) => part !== "").join(" over "), plain, opaque, paints, free };
    grounds.set(element, ground);
    return ground;
  };
  /** Whether it can lie over an element that does not contain it. */
  const isPlacedFreely = (style) =>
    ["absolute", "fixed", "sticky"].includes(style.position) ||
    (style.position === "relative" && /[1-9]/.test(style.top + style.left)) ||
    style.translate + style.transform + style.float !== "nonenonenone" ||
    style.margin.includes("-") ||
    style.gridRowStart !== "auto";
  const liesOverAncestors = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const boxes = element.matches("input, select, textarea") ? [element.getBoundingClientRect()] : [...range.getClientRects()];
    return boxes.length > 0 && boxes.every(({ x, y, width, height }) => {
      const under = document.elementsFromPoint(x + width / 2, y + height / 2);
      const others = under.slice(under.indexOf(element) + 1);
      const first = others.find((each) => groundOf(each)[each.contains(element) ? "opaque" : "paints"]);
      return groundOf(element).opaque || first?.contains(element) === true;
    });
  };
  const read = (element, names) => names.map((name) => getComputedStyle(element)[name]).join();
  const styleOf = (element) => read(element, ["color", "fontSize", "fontWeight", "textShadow"]);
  const blockOf = (element) => (getComputedStyle(element).display === "inline" ? blockOf(element.parentElement) : element);
  /** How axe tells a link among text from the text, where there is any. */
  const besideOf = (element) => {
    if (!element.matches("a[href]")) return "";
    const block = blockOf(element);
    if (block === element || block.textContent.trim().length <= element.textContent.trim().length) return "";
    const differences = ["fontFamily", "fontStyle", "textDecoration", "borderTop", "borderBottom", "outline", "backgroundImage"];
    const described = [element, block].map((each) => styleOf(each) + read(each, differences));
    return " beside " + described.join(" in ") + " on " + groundOf(block).under;
  };
  const lookOf = (element) => {
    const { under, free } = groundOf(element);
    if (free && !liesOverAncestors(element)) return undefined;
    return styleOf(element) + " on " + under + besideOf(element);
  };
  /** axe judges no single letter. */
  const shows = (element) =>
    element.matches("input, select, textarea") ||
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim().length > 1);
  /** What nobody can see or scroll to has no contrast: a link above the page, text for screen readers alone. */
  const isSeen = (element) => {
    const { width, height, right, bottom } = element.getBoundingClientRect();
    if (width <= 1 || height <= 1 || right + scrollX <= 0 || bottom + scrollY <= 0) return false;
    if (getComputedStyle(element).clipPath === "inset(50%)") return false;
    return element.checkVisibility({ visibilityProperty: true });
  };
  const seen = new Set(passed);
  const unseen = elements.filter((element) => {
    if (!shows(element) || !isSeen(element)) return false;
    return !seen.has(lookOf(element));
  });

  const violations = [];
  const passes = [];
  if (unseen.length > 0) {
    for (const element of unseen) element.setAttribute("${UNSEEN}", "");
    const runOnly = { type: "rule", values: ${JSON.stringify(COLOUR_RULES)} };
    const found = await axe.run(document, { ...options, runOnly, elementRef: true, resultTypes: ["violations", "passes"] });
    for (const element of unseen) element.removeAttribute("${UNSEEN}");
    violations.push(...found.violations);
    const passesOf = (rule) => found.passes.find(({ id }) => id === rule)?.nodes ?? [];
    const distinct = new Set(passesOf("link-in-text-block").map(({ element }) => element));
    // What axe could not see passes as well, without a ratio.
    const isEnough = ({ data }) => data?.contrastRatio >= parseFloat(data?.expectedContrastRatio);
    for (const { element, any } of passesOf("color-contrast")) {
      const look = lookOf(element);
      if (look !== undefined && any.some(isEnough) && (besideOf(element) === "" || distinct.has(element))) passes.push(look);
    }
  }
  if (globalThis.axeFoundNothingIn !== now) {
    const rules = Object.fromEntries(${JSON.stringify(COLOUR_RULES)}.map((id) => [id, { enabled: false }]));
    // The rest of what axe can report, of every element that passes, takes as long again.
    const found = await axe.run(document, { ...options, runOnly: ${JSON.stringify(RULES)}, rules, resultTypes: ["violations"] });
    violations.push(...found.violations);
    globalThis.axeFoundNothingIn = found.violations.length === 0 ? now : undefined;
  }
  const found = violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html.replace(' ${UNSEEN}=""', "")).join(" | "));
  return { found, passes: [...new Set(passes)] };
}`;
