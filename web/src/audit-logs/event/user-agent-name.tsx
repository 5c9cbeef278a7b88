import Bowser from "bowser";

/** No user agent of a browser is longer; what is, is not worth the expressions it would be tried against. */
const READ_MAX = 512;

function named({ name, version }: { name?: string; version?: string }): string | undefined {
  if (name === undefined || name === "") return undefined;
  const major = /^\d+(?:\.\d+)?/.exec(version ?? "")?.[0];
  return major === undefined ? name : `${name} ${major}`;
}

/** What a user agent says of itself, as people know it: "Firefox 144.0 on Linux, desktop". */
export default function UserAgentName({ userAgent }: { userAgent: string }) {
  const { browser, os, platform } = Bowser.parse(userAgent.slice(0, READ_MAX));
  const program = named(browser);
  const system = named(os);
  if (program === undefined) return "A program, or a browser that is not known";
  return `${program}${system ? ` on ${system}` : ""}${platform.type ? `, ${platform.type}` : ""}`;
}
