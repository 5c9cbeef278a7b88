import { COMMAND_GROUPS, type Command } from "./commands.ts";

/** How well one word of what was typed tells a command: the whole name begins with it, a word of it does, it is in it; 1 is by its letters alone. */
const PREFIX = 5;
const WORD = 4;
const WITHIN = 3;
const BESIDE = 2;
const LETTERS = 1;

/** Without case and accents. */
function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

function beginsWord(text: string, word: string): boolean {
  return text.split(/[^\p{L}\p{N}]+/u).some((part) => part.startsWith(word));
}

/** Whether the letters come in this order, the first at the beginning of a word: "svf" is in "Save current filters". */
function hasLetters(text: string, letters: string): boolean {
  const [first = "", ...others] = [...letters];
  const starts = [...text.matchAll(/(?<![\p{L}\p{N}])[\p{L}\p{N}]/gu)].filter(([letter]) => letter === first);
  return starts.some(({ index }) => {
    let rest = text.slice(index + first.length);
    return others.every((letter) => {
      const at = rest.indexOf(letter);
      rest = rest.slice(at + letter.length);
      return at >= 0;
    });
  });
}

/** 0 where the word does not tell it at all. */
function rankOf({ group, label, detail = "" }: Command, word: string): number {
  const name = fold(label);
  if (name.startsWith(word)) return PREFIX;
  if (beginsWord(name, word)) return WORD;
  if (name.includes(word)) return WITHIN;
  if (beginsWord(fold(`${group} ${detail}`), word)) return BESIDE;
  return hasLetters(name, word) ? LETTERS : 0;
}

/**
 * What every word of the query tells, the best first, with its group; without a query all of it. Names that merely have the letters count
 * only where nothing has the words.
 */
export function matchCommands(commands: readonly Command[], query: string): readonly Command[] {
  const words = fold(query).split(/\s+/).filter(Boolean);
  const ranked = commands.flatMap((command) => {
    const ranks = words.map((word) => rankOf(command, word));
    const least = Math.min(PREFIX, ...ranks);
    return least === 0 ? [] : [{ command, least, rank: ranks.reduce((sum, rank) => sum + rank, 0) }];
  });
  const certain = ranked.filter(({ least }) => least > LETTERS);
  const found = certain.length > 0 ? certain : ranked;
  const best = (group: Command["group"]) =>
    Math.max(...found.filter(({ command }) => command.group === group).map(({ rank }) => rank));
  const groups = COMMAND_GROUPS.filter((group) => found.some(({ command }) => command.group === group));
  groups.sort((one, other) => best(other) - best(one));
  return groups.flatMap((group) =>
    found
      .filter(({ command }) => command.group === group)
      .sort((one, other) => other.rank - one.rank)
      .map(({ command }) => command),
  );
}
