import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hashing } from "@daybook/sdk/merkle";
import { COSIGNATURE_V1, formatVerifierKey, keyIdOf, type VerifierKey } from "@daybook/sdk/note";
import { sha256 } from "../crypto.ts";
import { replaceFile } from "../durable-file.ts";

/** Bytes of an Ed25519 SubjectPublicKeyInfo before the key itself (RFC 8410). */
const SPKI_PREFIX_BYTES = 12;

/** The key that a witness signs with: `witness.pem` (PKCS #8), which only its owner can read. It is created at the first start and never replaced. */
export class WitnessKey {
  readonly verifierKey: VerifierKey;
  readonly vkey: string;
  private readonly privateKey: KeyObject;

  private constructor(name: string, privateKey: KeyObject) {
    const spki = createPublicKey(privateKey).export({ format: "der", type: "spki" });
    const publicKey = spki.subarray(SPKI_PREFIX_BYTES);
    const keyId = hashing(keyIdOf(name, publicKey, COSIGNATURE_V1), sha256);
    this.privateKey = privateKey;
    this.verifierKey = { name, keyId, type: COSIGNATURE_V1, publicKey };
    this.vkey = formatVerifierKey(this.verifierKey);
  }

  /** @param name of the witness, as it is in its cosignatures. */
  static open(directory: string, name: string): WitnessKey {
    const path = join(directory, "witness.pem");
    try {
      return new WitnessKey(name, createPrivateKey(readFileSync(path)));
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    }
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const { privateKey } = generateKeyPairSync("ed25519");
    replaceFile(path, privateKey.export({ format: "pem", type: "pkcs8" }).toString());
    return new WitnessKey(name, privateKey);
  }

  sign(message: Uint8Array): Buffer {
    return sign(null, message, this.privateKey);
  }
}
