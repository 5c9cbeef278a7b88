/**
 * Numbers in `changes` and `metadata` keep the text that the caller sent: `1.0`, `-0` and `1e3` come back as they were. What most
 * readers would take for another number is refused.
 */

/** Every double is written, and told apart from all others, with this many. */
const SIGNIFICANT_DIGITS_MAX = 17;

/** 2^53: up to here a double holds every whole number. */
const INTEGER_MAX = "9007199254740992";

/** Why a JSON number is refused, or undefined when it is taken. */
export function numberFault(text: string): string | undefined {
  const digits = text.startsWith("-") ? text.slice(1) : text;
  if (ALL_DIGITS.test(digits)) {
    if (!isAbove(digits, INTEGER_MAX)) return undefined;
    return "is an integer beyond 2^53; send it as a string";
  }
  const significant = significantDigits(text);
  if (significant.length > SIGNIFICANT_DIGITS_MAX) {
    return `has more than ${SIGNIFICANT_DIGITS_MAX} significant digits; send it as a string`;
  }
  const value = Number(text);
  if (!Number.isFinite(value)) return "is a number too large for a double; send it as a string";
  if (value === 0 && significant !== "") return "is a number too small for a double; send it as a string";
  return undefined;
}

/** One text for all spellings of a decimal value (`1`, `1.0`, `10e-1`; `0` and `-0`), of a number that is taken. */
export function canonicalNumber(text: string): string {
  const digits = significantDigits(text);
  if (digits === "") return "0";
  const [, sign, whole = "", fraction = "", exponent = "0"] = NUMBER.exec(text) ?? [];
  const all = whole + fraction;
  let zeros = 0;
  while (all[all.length - 1 - zeros] === "0") zeros++;
  return `${sign}${digits}e${Number(exponent) - fraction.length + zeros}`;
}

const ALL_DIGITS = /^\d+$/;
const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/;

/** Of whole numbers without leading zeros, as JSON has them. */
function isAbove(digits: string, limit: string): boolean {
  return digits.length === limit.length ? digits > limit : digits.length > limit.length;
}

function significantDigits(text: string): string {
  const [, , whole = "", fraction = ""] = NUMBER.exec(text) ?? [];
  const all = whole + fraction;
  let start = 0;
  while (all[start] === "0") start++;
  let end = all.length;
  while (end > start && all[end - 1] === "0") end--;
  return all.slice(start, end);
}
