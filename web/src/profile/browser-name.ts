import Bowser from "bowser";

/** A user agent reported coarsely, as people know it: "Firefox on Linux". @param userAgent undefined or null when none was sent. */
export function browserName(userAgent: string | null | undefined): string {
  if (!userAgent) return "Unknown";
  const { browser, os } = Bowser.parse(userAgent);
  if (browser.name === undefined || browser.name === "") return "Another program";
  return os.name === undefined || os.name === "" ? browser.name : `${browser.name} on ${os.name}`;
}

/** Whether it is a phone or a tablet. */
export function isHandheld(userAgent: string | null): boolean {
  if (!userAgent) return false;
  const { type } = Bowser.parse(userAgent).platform;
  return type === "mobile" || type === "tablet";
}
