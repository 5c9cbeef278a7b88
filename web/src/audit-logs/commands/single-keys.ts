import { storedChoice } from "../../ui/stored-choice.ts";

/** Whether keys without a modifier do something in the table (WCAG 2.1.4 asks that they can be turned off). */
const singleKeys = storedChoice("daybook.single-keys", ["on", "off"]);

export function singleKeysEnabled(): boolean {
  return singleKeys.get() !== "off";
}

export function setSingleKeys(on: boolean): void {
  singleKeys.set(on ? "on" : "off");
}

export function useSingleKeys(): boolean {
  return singleKeys.use() !== "off";
}
