import type { FilterName } from "../filters/filters.ts";

/** A value that the range holds. */
export interface Candidate {
  readonly name: Extract<FilterName, "action" | "actor_id" | "actor_type" | "resource_type" | "role">;
  readonly value: string;
  readonly count: number;
  /** What people call it by: a user's name and e-mail. The first is shown. */
  readonly texts: readonly string[];
}

/** A word is recognized with one letter wrong for each so many, at most two. */
const LETTERS_PER_FAULT = 4;
const FAULTS_MAX = 2;
const OFFERED_MAX = 4;
/** What is shorter occurs in too much. */
const PART_MIN = 3;

/** How many letters are missing, too much, wrong or swapped with their neighbour. */
export function distance(one: string, other: string): number {
  let before: number[] = [];
  let above = Array.from({ length: other.length + 1 }, (_, place) => place);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const least = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + same);
      row.push(swapped ? Math.min(least, (before[j - 2] ?? 0) + 1) : least);
    }
    before = above;
    above = row;
  }
  return above[other.length] ?? 0;
}

function faultsOf(wanted: string): number {
  return Math.min(FAULTS_MAX, Math.floor(wanted.length / LETTERS_PER_FAULT));
}

/**
 * Parts of what is wanted, one of which every text holds that it was meant to be: each letter that is wrong spoils one part, two that are swapped
 * spoil two. Empty for what is too short to be misspelled.
 */
export function unspoiledParts(wanted: string): readonly string[] {
  const folded = wanted.trim().toLowerCase();
  const allowed = faultsOf(folded);
  if (allowed === 0) return [];
  const count = allowed + 2;
  const bound = (part: number) => Math.round((part * folded.length) / count);
  return Array.from({ length: count }, (_, part) => folded.slice(bound(part), bound(part + 1)).trim()).filter(
    (part) => part.length > 1,
  );
}

/** How far a text is from what is wanted; undefined when it cannot have been meant. */
function fault(wanted: string, text: string): number | undefined {
  if (text === wanted) return 0;
  if (wanted.length >= PART_MIN && text.includes(wanted)) return 1;
  const allowed = faultsOf(wanted);
  if (allowed === 0) return undefined;
  const parts = [text, ...text.split(/[\s@._:-]+/)].filter((part) => Math.abs(part.length - wanted.length) <= allowed);
  const least = Math.min(...parts.map((part) => distance(wanted, part)));
  return least <= allowed ? least + 1 : undefined;
}

/** What may have been meant, the likeliest first. @param wanted as it was looked for, whatever its case. */
export function similar(wanted: string, candidates: readonly Candidate[]): readonly Candidate[] {
  const folded = wanted.trim().toLowerCase();
  if (folded === "") return [];
  return candidates
    .flatMap((candidate) => {
      const faults = candidate.texts.flatMap((text) => fault(folded, text.toLowerCase()) ?? []);
      return faults.length === 0 ? [] : [{ candidate, fault: Math.min(...faults) }];
    })
    .sort((a, b) => a.fault - b.fault || b.candidate.count - a.candidate.count)
    .slice(0, OFFERED_MAX)
    .map(({ candidate }) => candidate);
}
