import { parseAddressRange } from "@daybook/sdk/filters";
import { InvalidArgumentError } from "commander";
import { COUNTS, type Limit, RATES } from "./admission/index.ts";
import type { BucketFolder } from "./bucket.ts";

/** The values of flags and of the environment, from text. Each throws InvalidArgumentError, which says what it must be. */

export function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError("A port is a number from 0 to 65535.");
  return port;
}

export function hourOrOff(text: string): number | undefined {
  if (text === "off") return undefined;
  const hour = Number(text);
  if (!/^\d{1,2}$/.test(text) || hour > 23) throw new InvalidArgumentError("It must be an hour from 0 to 23, or off.");
  return hour;
}

/** A live stream says something every 15 seconds, and must not be taken for one that is not read. */
export function readerTimeout(text: string): number {
  const seconds = Number(text);
  if (!/^\d{1,4}$/.test(text) || seconds < 20 || seconds > 3600) {
    throw new InvalidArgumentError("It must be a whole number of seconds from 20 to 3600.");
  }
  return seconds;
}

function parsedUrl(text: string, protocols: readonly string[]): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !protocols.includes(url.protocol)) {
    throw new InvalidArgumentError(
      `It must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(" or ")}.`,
    );
  }
  return url;
}

export function publicUrl(text: string): string {
  const url = parsedUrl(text, ["http:", "https:"]);
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "") {
    throw new InvalidArgumentError("It must be an origin: scheme, host and port, without a path.");
  }
  return url.origin;
}

export function httpUrl(text: string): string {
  return parsedUrl(text, ["http:", "https:"]).href;
}

export function clusterName(text: string): string {
  if (/^(\w[\w.-]*|\{\w+\})$/.test(text)) return text;
  throw new InvalidArgumentError("It must be the name of a cluster, or the name of a macro such as {cluster}.");
}

/** PostgreSQL's own programs take a user without a server, where a parameter names the directory of its socket: `postgresql://me@/log?host=/run/postgresql`. */
export function postgresUrl(text: string): string {
  const isSocket = /^[a-z]+:\/\/[^/?#]*@\//.test(text);
  const { href } = parsedUrl(isSocket ? text.replace("@/", "@socket/") : text, ["postgres:", "postgresql:"]);
  return isSocket ? text : href;
}

/** `https://<key id>:<secret>@<host>/<bucket>/<prefix>?region=<region>`, each part percent-encoded where it needs to be. */
export function bucketUrl(text: string): BucketFolder {
  const url = parsedUrl(text, ["https:", "http:"]);
  const [, bucket = "", ...prefix] = url.pathname.split("/");
  if (bucket === "" || url.username === "" || url.password === "") {
    throw new InvalidArgumentError("It must be https://<key id>:<secret>@<host>/<bucket>/<prefix>?region=<region>.");
  }
  return {
    endpoint: url.origin,
    region: url.searchParams.get("region") ?? "us-east-1",
    bucket,
    prefix: prefix
      .filter((part) => part !== "")
      .map((part) => `${part}/`)
      .join(""),
    accessKeyId: decodeURIComponent(url.username),
    secretAccessKey: decodeURIComponent(url.password),
  };
}

export function smtpUrl(text: string): string {
  return parsedUrl(text, ["smtp:", "smtps:"]).href;
}

export function originList(text: string): string[] {
  return listed(text).map(publicUrl);
}

export function witnessList(text: string): { url: string; vkey: string }[] {
  return listed(text).map((entry) => {
    const [, vkey = "", url = ""] = /^([^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+)@(https?:.+)$/.exec(entry) ?? [];
    if (vkey === "") throw new InvalidArgumentError(`${JSON.stringify(entry)} is not <vkey>@<url>.`);
    return { vkey, url: httpUrl(url).replace(/\/$/, "") };
  });
}

export function limitList(text: string): Limit[] {
  return listed(text).map((entry) => {
    const [, name = "", max = "", per = ""] = /^([a-z]+)=([1-9]\d{0,11})\/(organization|key)$/.exec(entry) ?? [];
    const what = [...RATES, ...COUNTS].find((one) => one === name);
    if (what === undefined || (per !== "organization" && per !== "key")) {
      const names = [...RATES, ...COUNTS].join(", ");
      throw new InvalidArgumentError(
        `${JSON.stringify(entry)} is not <what>=<number>/organization or …/key, with one of ${names}.`,
      );
    }
    return { what, max: Number(max), per };
  });
}

export function listed(text: string): string[] {
  return text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}

export function addressList(text: string): string[] {
  const entries = listed(text);
  for (const entry of entries) {
    if (parseAddressRange(entry) === undefined)
      throw new InvalidArgumentError(`${JSON.stringify(entry)} is neither an address nor a CIDR range.`);
  }
  return entries;
}
