import { memo } from "react";
import { JSON_TOKEN } from "../text/json.ts";
import { VisibleText } from "./visible-text.tsx";

/** What is in the text as plain ASCII can neither hide nor reorder anything. */
const PLAIN = /^[\x20-\x7e]*$/;

/**
 * JSON as it was recorded. It runs from left to right whatever its strings are written in, and each string is by itself, so that
 * none can change places with its neighbours: a name and its value look like what they are.
 */
export const JsonText = memo(function JsonText({ value }: { value: string }) {
  const parts: { at: number; text: string; string: boolean }[] = [];
  let from = 0;
  for (const { 0: token, index } of value.matchAll(JSON_TOKEN)) {
    if (PLAIN.test(token)) continue;
    if (index > from) parts.push({ at: from, text: value.slice(from, index), string: false });
    parts.push({ at: index, text: token, string: true });
    from = index + token.length;
  }
  if (from < value.length) parts.push({ at: from, text: value.slice(from), string: false });
  return (
    <bdi dir="ltr">{parts.map(({ at, text, string }) => (string ? <VisibleText key={at} value={text} /> : text))}</bdi>
  );
});
