import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import { describe, expect, it } from "vitest";
import { hashing } from "./merkle.ts";
import {
  COSIGNATURE_V1,
  ED25519,
  formatCheckpoint,
  formatNote,
  formatVerifierKey,
  keyIdOf,
  NoteError,
  parseCheckpoint,
  parseNote,
  parseVerifierKey,
  type VerifierKey,
  verifyNote,
} from "./note.ts";

const sha256 = (input: Uint8Array) => new Uint8Array(createHash("sha256").update(input).digest());

const SPKI = Buffer.from("302a300506032b6570032100", "hex");
const byNode = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean => {
  try {
    const key = createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: "der", type: "spki" });
    return verify(null, message, key, signature);
  } catch {
    return false;
  }
};

/** WebCrypto's, as a browser has it. */
const byWebCrypto = async (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> => {
  try {
    const key = await crypto.subtle.importKey("raw", new Uint8Array(publicKey), "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", key, new Uint8Array(signature), new Uint8Array(message));
  } catch {
    return false;
  }
};

/** A note and key of the Go implementation's own documentation (golang.org/x/mod/sumdb/note). */
const GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const GO_NOTE = `If you think cryptography is the answer to your problem,
then you don't know what your problem is.

\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
`;

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const raw = publicKey.export({ format: "der", type: "spki" }).subarray(SPKI.length);
const NAME = "daybook/6a1cf0f5-98f6-4a3e-8c4a-9a9a3d1a3f10/acme";
const KEY: VerifierKey = { name: NAME, keyId: hashing(keyIdOf(NAME, raw), sha256), type: ED25519, publicKey: raw };
const TEXT = formatCheckpoint({ origin: NAME, size: 5, root: sha256(Buffer.from("root")) });
const signed = (signature: Uint8Array) => formatNote(TEXT, [{ name: NAME, keyId: KEY.keyId, signature }]);
const GOOD = sign(null, Buffer.from(TEXT), privateKey);

describe.each([
  ["node:crypto", byNode],
  ["WebCrypto", byWebCrypto],
])("a signed note, by %s", (_name, verifier) => {
  it("of another implementation is taken", async () => {
    const { by } = await verifyNote(GO_NOTE, [hashing(parseVerifierKey(GO_KEY), sha256)], verifier);
    expect(by.map(formatVerifierKey)).toEqual([GO_KEY]);
  });

  it("is taken with the right key, whoever else signed it, and refused without", async () => {
    const other = { name: "witness.example/w", keyId: Uint8Array.of(1, 2, 3, 4), signature: new Uint8Array(72) };
    const note = formatNote(TEXT, [other, { name: NAME, keyId: KEY.keyId, signature: GOOD }, other]);
    expect((await verifyNote(note, [KEY], verifier)).note.text).toBe(TEXT);
    await expect(verifyNote(note, [], verifier)).rejects.toThrow(NoteError);
    await expect(verifyNote(note, [{ ...KEY, name: "another" }], verifier)).rejects.toThrow(NoteError);
    await expect(verifyNote(note, [{ ...KEY, keyId: new Uint8Array(4) }], verifier)).rejects.toThrow(NoteError);
  });

  it("is refused when any character of its text was changed", async () => {
    const note = signed(GOOD);
    for (let at = 0; at < TEXT.length; at++) {
      const changed = `${note.slice(0, at)}${note[at] === "x" ? "y" : "x"}${note.slice(at + 1)}`;
      await expect(verifyNote(changed, [KEY], verifier)).rejects.toThrow(NoteError);
    }
  });

  it("is refused with one wrong signature of a known key beside a right one", async () => {
    const one = { name: NAME, keyId: KEY.keyId, signature: GOOD };
    const wrong = { ...one, signature: flipped(GOOD, 3) };
    await expect(verifyNote(formatNote(TEXT, [one, wrong]), [KEY], verifier)).rejects.toThrow("is wrong");
  });

  it("is refused with every bit of its signature flipped, one at a time", async () => {
    for (let bit = 0; bit < 512; bit++) {
      await expect(verifyNote(signed(flipped(GOOD, bit)), [KEY], verifier)).rejects.toThrow(NoteError);
    }
  });

  it("is refused with a signature that is malleable or of the wrong length", async () => {
    const L = 2n ** 252n + 27742317777372353535851937790883648493n;
    const s = GOOD.subarray(32).reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
    const withS = (value: bigint) => {
      const bytes = Array.from({ length: 32 }, (_, at) => Number((value >> BigInt(8 * at)) & 255n));
      return Buffer.concat([GOOD.subarray(0, 32), Buffer.from(bytes)]);
    };
    expect((await verifyNote(signed(withS(s)), [KEY], verifier)).by).toEqual([KEY]);
    const bad = [
      withS(s + L),
      withS(L),
      withS(0n),
      withS(2n ** 256n - 1n),
      new Uint8Array(64),
      new Uint8Array(64).fill(255),
    ];
    const lengths = [GOOD.subarray(0, 63), GOOD.subarray(0, 32), Buffer.concat([GOOD, Uint8Array.of(0)])];
    for (const signature of [...bad, ...lengths]) {
      await expect(verifyNote(signed(signature), [KEY], verifier)).rejects.toThrow(NoteError);
    }
  });

  it("is refused by a key that is not a point of the curve", async () => {
    // y = 2: x² has no root, as in Wycheproof's tests of invalid public keys.
    const publicKey = Uint8Array.of(2, ...new Uint8Array(31));
    await expect(verifyNote(signed(GOOD), [{ ...KEY, publicKey }], verifier)).rejects.toThrow(NoteError);
  });
});

describe("what is not a note", () => {
  const note = signed(GOOD);
  const line = note.slice(TEXT.length + 1);
  it.each([
    ["nothing", ""],
    ["a text alone", TEXT],
    ["no final newline", note.slice(0, -1)],
    ["no blank line", TEXT + line],
    ["no signatures", `${TEXT}\n`],
    ["CRLF", note.replaceAll("\n", "\r\n")],
    ["a control character", `\u0000${note}`],
    ["a tab", `a\tb${note}`],
    ["half a character", `\ud800${note}`],
    ["a hyphen for the dash", note.replace("\u2014", "-")],
    ["two spaces", note.replace("\u2014 ", "\u2014  ")],
    ["a name with a plus", note.replace(`\u2014 ${NAME}`, "\u2014 a+b")],
    ["a name with a no-break space", note.replace(`\u2014 ${NAME}`, "\u2014 a\u00a0b")],
    ["base64 without its padding", note.replace(/=\n$/, "\n")],
    ["base64 that is not canonical", note.replace(/.=\n$/, "B=\n")],
    ["base64 for URLs", note.replace(/ [^ ]+\n$/, " AAAA-_==\n")],
    ["a signature that is a key id alone", note.replace(/ [^ ]+\n$/, " AQIDBA==\n")],
    ["a line after the signatures", `${note}more\n`],
    ["a hundred signatures", `${TEXT}\n${line.repeat(100)}`],
    ["too much", `${"a".repeat(2 ** 21)}\n\n${line}`],
  ])("%s", (_what, text) => {
    expect(() => parseNote(text)).toThrow(NoteError);
  });

  it("but a text with empty lines of its own is one", () => {
    expect(parseNote(`a\n\nb\n\n${line}`).text).toBe("a\n\nb\n");
  });
});

describe("a checkpoint", () => {
  const root = sha256(Buffer.from("root"));
  const base64 = Buffer.from(root).toString("base64");

  it("is read as it was written, and its extension lines are left alone", () => {
    expect(parseCheckpoint(formatCheckpoint({ origin: "o", size: 0, root }))).toEqual({
      origin: "o",
      size: 0,
      root: Uint8Array.from(root),
    });
    expect(parseCheckpoint(`o\n7\n${base64}\nextension\n`).size).toBe(7);
  });

  it.each([
    ["", "nothing"],
    [`o\n7\n${base64}`, "no final newline"],
    [`\n7\n${base64}\n`, "no origin"],
    [`o\n07\n${base64}\n`, "a leading zero"],
    [`o\n-7\n${base64}\n`, "a sign"],
    [`o\n7.0\n${base64}\n`, "a fraction"],
    [`o\n9007199254740992\n${base64}\n`, "more than can be counted"],
    [`o\n7\n${base64.slice(4)}\n`, "a short root"],
    [`o\n7\n${Buffer.from(root).toString("hex")}\n`, "a root in hex"],
    [`o\n7\n${base64}\n\n`, "an empty extension line"],
  ])("is not %j: %s", (text) => {
    expect(() => parseCheckpoint(text)).toThrow(NoteError);
  });
});

describe("a verifier key", () => {
  const vkey = formatVerifierKey(KEY);

  it("is read as it was written", () => {
    expect(hashing(parseVerifierKey(vkey), sha256)).toEqual({
      ...KEY,

      publicKey: Uint8Array.from(raw),
    });
  });

  /** Every encoding of the eight points of small order, as in libsodium's list, and of ordinates that are not reduced. */
  const WEAK = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  ].flatMap((hex) => [0, 0x80].map((sign) => withSign(Buffer.from(hex, "hex"), sign)));
  const vkeyOf = (publicKey: Uint8Array, type: number = ED25519) =>
    formatVerifierKey({ name: NAME, keyId: hashing(keyIdOf(NAME, publicKey, type), sha256), type, publicKey });

  it("whose signatures anybody could make up is refused, of a log and of a witness", () => {
    // Neutral element as key and as R, S = 0: [S]B = R + [k]A whatever the message. Node 24.21 refuses this by itself, 20 and 22 do not.
    for (const publicKey of WEAK) {
      for (const type of [ED25519, COSIGNATURE_V1]) {
        expect(() => hashing(parseVerifierKey(vkeyOf(publicKey, type)), sha256)).toThrow("proves nothing");
      }
    }
  });

  it("next to those is not: only an ordinate that is reduced and of no small order", () => {
    for (const hex of [
      "ebffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7e",
      "edffffffffffffffffffffffffffff7fffffffffffffffffffffffffffffff7f",
      "0300000000000000000000000000000000000000000000000000000000000000",
    ]) {
      const publicKey = Uint8Array.from(Buffer.from(hex, "hex"));
      expect(hashing(parseVerifierKey(vkeyOf(publicKey)), sha256).publicKey).toEqual(publicKey);
    }
  });

  it.each([
    "",
    vkey.replace(NAME, "another"),
    vkey.replace("+", " "),
    vkey.slice(0, -1),
    `${vkey}=`,
    vkey.replace(/\+[0-9a-f]{8}\+/, "+00000000+"),
    vkey.replace(/\+[^+]*$/, "+AQID"),
    vkey.toUpperCase(),
  ])("%# is refused", (text) => {
    expect(() => hashing(parseVerifierKey(text), sha256)).toThrow(NoteError);
  });
});

function withSign(ordinate: Uint8Array, sign: number): Uint8Array {
  const copy = Uint8Array.from(ordinate);
  copy[31] = (copy[31] ?? 0) | sign;
  return copy;
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}
