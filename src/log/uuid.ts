import { randomUUID } from "node:crypto";

export function uuidBytes(): Buffer {
  return bytesOfUuid(randomUUID());
}

export function bytesOfUuid(text: string): Buffer {
  return Buffer.from(text.replaceAll("-", ""), "hex");
}

export function uuidText(bytes: Buffer): string {
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
