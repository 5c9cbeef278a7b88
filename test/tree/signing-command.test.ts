import { spawnSync } from "node:child_process";
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { verifyEd25519 } from "../../src/crypto.ts";
import { CheckpointStore } from "../../src/tree/checkpoint-store.ts";
import { SigningCommand } from "../../src/tree/signing-command.ts";
import { SigningKeys } from "../../src/tree/signing-keys.ts";
import { TreeFixture } from "./fixture.ts";
import { readCheckpoint } from "./stranger.ts";

/** A key in the hands of another program, which signs what it reads. */

const DAY_MS = 86_400_000;
const MESSAGE = Buffer.from("what is signed\n");

let fixture: TreeFixture;
let pair: { publicKey: KeyObject; privateKey: KeyObject };
beforeEach(() => {
  fixture = new TreeFixture();
  pair = generateKeyPairSync("ed25519");
});
afterEach(() => fixture.remove());

/** Writes a program that signs with the pair's key, unless the file `away` is there. @returns its call. */
function signer(encoding: "buffer" | "base64" = "buffer"): string {
  writeFileSync(fixture.path("key.pem"), pair.privateKey.export({ format: "pem", type: "pkcs8" }));
  writeFileSync(
    fixture.path("sign.mjs"),
    `import { sign } from "node:crypto";
     import { existsSync, readFileSync } from "node:fs";
     if (existsSync(${JSON.stringify(fixture.path("away"))})) throw "the device is away";
     const signature = sign(null, readFileSync(0), readFileSync(${JSON.stringify(fixture.path("key.pem"))}));
     process.stdout.write(${encoding === "buffer" ? "signature" : 'signature.toString("base64") + "\\n"'});`,
  );
  return `"${process.execPath}" "${fixture.path("sign.mjs")}"`;
}

const rawPublicKey = () => pair.publicKey.export({ format: "der", type: "spki" }).subarray(-32);
const publicKey = () => rawPublicKey().toString("base64");
const keysFile = () => readFileSync(fixture.path("keys", "signing.json"), "utf8");
const vkeys = () => fixture.tree.publishedKeys("acme").map(({ vkey }) => vkey);

describe("a signing command", () => {
  it.each(["buffer", "base64"] as const)("gives a signature as %s", async (encoding) => {
    const signature = await new SigningCommand(signer(encoding), publicKey()).sign(MESSAGE);
    expect(verifyEd25519(rawPublicKey(), MESSAGE, signature)).toBe(true);
  });

  it("has its public key as base64, or in a file as PEM, DER or base64", async () => {
    const file = fixture.path("public");
    for (const content of [
      pair.publicKey.export({ format: "pem", type: "spki" }),
      pair.publicKey.export({ format: "der", type: "spki" }),
      `${publicKey()}\n`,
    ]) {
      writeFileSync(file, content);
      expect(Buffer.from(new SigningCommand("true", file).publicKey)).toEqual(rawPublicKey());
    }
    for (const wrong of ["", "x", publicKey().slice(4), fixture.path("none")])
      expect(() => new SigningCommand("true", wrong)).toThrow("must be an Ed25519 public key");
  });

  it("that signs with another key, or something else, is not believed", async () => {
    const other = generateKeyPairSync("ed25519").publicKey.export({ format: "pem", type: "spki" });
    writeFileSync(fixture.path("other.pem"), other);
    const command = new SigningCommand(signer(), fixture.path("other.pem"));
    await expect(command.sign(MESSAGE)).rejects.toThrow("no signature that --signing-public-key proves");
    await expect(new SigningCommand(`echo x | ${signer()}`, publicKey()).sign(MESSAGE)).rejects.toThrow("no signature");
  });

  it.each([
    ["fails", "echo locked >&2; exit 3", "ended with 3. It says: locked"],
    ["writes nothing", "cat >/dev/null", "wrote no signature"],
    ["writes without end", "yes", "wrote more than a signature"],
    ["does not end", "sleep 60", "took longer than 0.5 seconds"],
    ["is not there", "/no/such/program", "ended with 127"],
  ])("that %s is reported", async (_, command, words) => {
    await expect(new SigningCommand(command, publicKey(), 500).sign(MESSAGE)).rejects.toThrow(words);
  });

  it("runs a few times at once, and signs all that waits", async () => {
    const command = new SigningCommand(signer(), publicKey());
    const messages = Array.from({ length: 9 }, (_, index) => Buffer.from(`${index}`));
    const signatures = await Promise.all(messages.map((message) => command.sign(message)));
    for (const [index, message] of messages.entries())
      expect(verifyEd25519(rawPublicKey(), message, signatures[index] ?? Buffer.of())).toBe(true);
  });
});

const MODULE = "/usr/lib/softhsm/libsofthsm2.so";

/** Debian's packages softhsm2 and opensc. */
it.skipIf(!existsSync(MODULE) || spawnSync("pkcs11-tool", ["--help"]).error !== undefined)(
  "a key in a PKCS#11 token signs by the script in the docs",
  { timeout: 120_000 },
  async () => {
    const env = { ...process.env, SOFTHSM2_CONF: fixture.path("softhsm2.conf"), DAYBOOK_PIN: "1234" };
    const run = (command: string, ...args: string[]) =>
      expect(spawnSync(command, args, { env, encoding: "utf8" })).toMatchObject({ status: 0 });
    mkdirSync(fixture.path("tokens"));
    writeFileSync(fixture.path("softhsm2.conf"), `directories.tokendir = ${fixture.path("tokens")}\n`);
    run("softhsm2-util", "--init-token", "--free", "--label", "daybook", "--pin", "1234", "--so-pin", "5678");
    const token = ["--module", MODULE, "--token-label", "daybook", "--id", "01"];
    run("pkcs11-tool", ...token, "--login", "--pin", "1234", "--keypairgen", "--key-type", "EC:edwards25519");
    run("pkcs11-tool", ...token, "--read-object", "--type", "pubkey", "-o", fixture.path("public.pem"));
    const page = readFileSync(new URL("../../docs/signing-keys.md", import.meta.url), "utf8");
    writeFileSync(fixture.path("sign"), /^```sh\n([^`]*pkcs11-tool[^`]*)```/m.exec(page)?.[1] ?? "");
    const command = `SOFTHSM2_CONF=${env.SOFTHSM2_CONF} DAYBOOK_PIN=1234 sh ${fixture.path("sign")}`;
    const signature = await new SigningCommand(command, fixture.path("public.pem"), 60_000).sign(MESSAGE);
    expect(signature).toHaveLength(64);
  },
);

describe("a log whose key is outside", () => {
  it("has no private key in its directory, and is signed by the command", async () => {
    await fixture.open(Date.now, new SigningCommand(signer(), publicKey()));
    await fixture.append("acme", 3);
    const { note } = await fixture.signed("acme");
    expect(readCheckpoint(note, vkeys()[0] ?? "").size).toBe(3);
    expect(vkeys()[0]).toContain(Buffer.concat([Buffer.of(1), rawPublicKey()]).toString("base64"));
    expect(keysFile()).not.toContain("PRIVATE");
    await expect.poll(() => fixture.keys.hasSigned(fixture.log.id)).toBe(true);
  });

  it("had its key in a file before: both sign for a while, or until the earlier one is ended", async () => {
    await fixture.open();
    await fixture.append("acme", 1);
    await fixture.signed("acme");
    await fixture.close();
    const command = new SigningCommand(signer(), publicKey());
    await fixture.open(Date.now, command);
    await expect.poll(() => fixture.tree.checkpoint("acme")?.note.match(/^\u2014 /gm)?.length).toBe(2);
    for (const vkey of vkeys()) expect(readCheckpoint(fixture.tree.checkpoint("acme")?.note ?? "", vkey).size).toBe(1);
    expect(keysFile()).toContain("PRIVATE");
    fixture.keys.rotate(Date.now(), 0);
    expect(keysFile()).not.toContain("PRIVATE");
    expect(fixture.keys.all()).toHaveLength(2);
    await fixture.append("acme", 1);
    const { note } = await fixture.signed("acme");
    expect(readCheckpoint(note, vkeys()[0] ?? "").size).toBe(2);
    expect(() => readCheckpoint(note, vkeys()[1] ?? "")).toThrow("not signed by this key");
  });

  it("is recorded while the command fails, says so once, and is signed when it works again", async () => {
    await fixture.open(Date.now, new SigningCommand(signer(), publicKey()));
    await fixture.append("acme", 1);
    await fixture.signed("acme");
    writeFileSync(fixture.path("away"), "");
    await fixture.append("acme", 1);
    await fixture.append("globex", 1);
    await expect.poll(() => fixture.signing).toHaveLength(1);
    expect(fixture.signing[0]?.message).toContain("the device is away");
    expect(fixture.tree.signingFails).toBe(true);
    expect(fixture.tree.checkpoint("acme")?.size).toBe(1);
    rmSync(fixture.path("away"));
    expect((await fixture.signed("acme")).size).toBe(2);
    expect((await fixture.signed("globex")).size).toBe(1);
    await expect.poll(() => fixture.tree.signingFails).toBe(false);
    expect(fixture.signing.map((failed) => failed === undefined)).toEqual([false, true]);
    expect(fixture.alarms).toEqual([]);
  });

  it("gives out nothing that was signed while an alarm was raised", async () => {
    const begun = fixture.path("begun");
    const end = fixture.path("end");
    const command = `touch ${begun}; while [ ! -e ${end} ]; do sleep 0.01; done; ${signer()}`;
    await fixture.open(Date.now, new SigningCommand(command, publicKey(), 60_000));
    await fixture.append("acme", 1);
    const { id } = fixture.log;
    await expect.poll(() => existsSync(begun)).toBe(true);
    fixture.tree.raiseAlarm("what is stored was changed");
    writeFileSync(end, "");
    await fixture.close();
    const store = CheckpointStore.open(fixture.path("checkpoints"), id);
    expect(store.isEmpty).toBe(true);
    store.close();
  });

  it("signs what a stop left unsigned", async () => {
    const command = new SigningCommand(signer(), publicKey());
    writeFileSync(fixture.path("away"), "");
    await fixture.open(Date.now, command);
    await fixture.append("acme", 2);
    await fixture.close();
    rmSync(fixture.path("away"));
    await fixture.open(Date.now, command);
    expect((await fixture.signed("acme")).size).toBe(2);
  });
});

describe("keys, of which one is outside", () => {
  const openKeys = (command?: SigningCommand) => SigningKeys.open(fixture.path("keys"), Date.now(), command);

  it("sign nothing without the command, and say what to give", async () => {
    openKeys(new SigningCommand("true", publicKey()));
    const without = openKeys();
    expect(() => without.requireCommand(Date.now())).toThrow(/give --signing-command and --signing-public-key/);
    await expect(without.sign(MESSAGE, Date.now())).rejects.toThrow("give --signing-command");
    const other = new SigningCommand(
      "true",
      generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" }).x ?? "",
    );
    expect(() => openKeys(other).requireCommand(Date.now())).toThrow(publicKey());
  });

  it("go back to a key in the file when the one outside is lost", async () => {
    openKeys(new SigningCommand("true", publicKey()));
    const keys = openKeys();
    keys.rotate(Date.now(), 30 * DAY_MS);
    expect(keys.signing(Date.now()).map(({ byCommand }) => byCommand)).toEqual([false]);
    expect(keys.all()).toHaveLength(2);
    expect(await keys.sign(MESSAGE, Date.now())).toHaveLength(1);
  });

  it("are the same key still where the one in the file moved out", () => {
    const [inFile] = openKeys().all();
    const command = new SigningCommand("true", Buffer.from(inFile?.publicKey ?? []).toString("base64"));
    const keys = openKeys(command);
    expect(keys.adoptCommand(Date.now())).toBe(true);
    expect(keys.all()).toMatchObject([{ byCommand: true, privateKey: undefined, signsUntil: undefined }]);
    expect(keysFile()).not.toContain("PRIVATE");
  });
});
