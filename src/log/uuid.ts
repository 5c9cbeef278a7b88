import { randomUUID } from "node:crypto";

export function uuidBytes(): Buffer {
  return Buffer.from(randomUUID().replaceAll("-", ""), "hex");
}

export function uuidText(bytes: Buffer): string {
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
