import { formatAddress, parseAddress } from "@daybook/sdk/filters";

/** Few addresses make most events, and reading one takes longer than finding it again. */
const spellings = new Map<string, string | null>();
const SPELLINGS_MAX = 20_000;

/** An address as eight groups, however it is spelled; null when the text is not one. */
export function oneSpelling(ip: string): string | null {
  const known = spellings.get(ip);
  if (known !== undefined) return known;
  const address = parseAddress(ip);
  const spelling = address === undefined ? null : formatAddress(address);
  if (spellings.size >= SPELLINGS_MAX) spellings.clear();
  spellings.set(ip, spelling);
  return spelling;
}
