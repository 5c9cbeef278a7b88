import { createHmac, hash } from "node:crypto";
import type { Received } from "./receiver.ts";

/**
 * AWS Signature Version 4 as its documentation describes it, of a request with its payload signed.
 * @returns the signature that the request must carry.
 */
export function expectedSignature({ method, path, headers }: Received, secret: string): string {
  const authorization = headers.authorization ?? "";
  const [, scope = "", signed = ""] = /Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+)/.exec(authorization) ?? [];
  const canonicalHeaders = signed
    .split(";")
    .map((name) => `${name}:${String(headers[name]).trim()}\n`)
    .join("");
  const payload = String(headers["x-amz-content-sha256"]);
  const canonical = [method, path, "", canonicalHeaders, signed, payload].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, hash("sha256", canonical)].join("\n");
  const key = scope.split("/").reduce<string | Buffer>((of, part) => hmac(of, part), `AWS4${secret}`);
  return hmac(key, toSign).toString("hex");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
