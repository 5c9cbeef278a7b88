import type { AsyncSha256 } from "./hashing.ts";
import type { VerifyEd25519 } from "./note.ts";

/**
 * What verifying needs, by WebCrypto: in browsers (https, localhost and pages opened from disk) and in Node. node:crypto is several times as
 * fast where it is there.
 */
export const webCrypto: { readonly sha256: AsyncSha256; readonly verifyEd25519: VerifyEd25519 } = {
  async sha256(input) {
    return new Uint8Array(await crypto.subtle.digest("SHA-256", owned(input)));
  },
  async verifyEd25519(publicKey, message, signature) {
    try {
      const key = await crypto.subtle.importKey("raw", owned(publicKey), "Ed25519", false, ["verify"]);
      return await crypto.subtle.verify("Ed25519", key, owned(signature), owned(message));
    } catch (error) {
      // A key that is not a point of the curve; that Ed25519 is unknown here must be said.
      if (error instanceof DOMException && error.name === "NotSupportedError") throw error;
      return false;
    }
  },
};

/** WebCrypto takes no view of shared memory, and says so in its types. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}
