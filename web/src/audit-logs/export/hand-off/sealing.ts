import { type BundleHead, parseBundleHead } from "@daybook/sdk/bundle";
import { toHex } from "@daybook/sdk/note";
import { sha256 } from "@noble/hashes/sha2.js";

/** What a bundle says of itself, and what tells this file from every other. */
export interface Sealed {
  readonly head: BundleHead;
  /** Of the whole file, in hex. */
  readonly sha256: string;
}

const NEWLINE = 0x0a;
/** Longer than any first line that the server writes. */
const HEAD_BYTES_MAX = 1024 * 1024;

/** Takes from a bundle what its cover sheet says, while its bytes pass. WebCrypto would need the whole file in memory. */
export class Sealing {
  private readonly hash = sha256.create();
  private head: Uint8Array[] | undefined = [];
  private headBytes = 0;
  private line: string | undefined;

  take(chunk: Uint8Array): void {
    this.hash.update(chunk);
    if (this.head === undefined) return;
    const end = chunk.indexOf(NEWLINE);
    this.head.push(end < 0 ? chunk : chunk.subarray(0, end));
    this.headBytes += chunk.length;
    if (end >= 0) this.line = decode(this.head);
    if (end >= 0 || this.headBytes > HEAD_BYTES_MAX) this.head = undefined;
  }

  /** @returns nothing where the first line is not that of a bundle this console knows. */
  finish(): { readonly sealed?: Sealed } {
    const head = this.line === undefined ? undefined : parseBundleHead(this.line);
    return head === undefined ? {} : { sealed: { head, sha256: toHex(this.hash.digest()) } };
  }
}

function decode(parts: readonly Uint8Array[]): string {
  const decoder = new TextDecoder();
  return parts.map((part) => decoder.decode(part, { stream: true })).join("") + decoder.decode();
}
