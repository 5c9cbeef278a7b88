import { verifyBundle } from "@daybook/sdk/bundle";
import { NoteError, toHex } from "@daybook/sdk/note";
import { webCrypto } from "@daybook/sdk/web-crypto";
import { sha256 } from "@noble/hashes/sha2.js";
import { fingerprint, parseKey } from "../integrity/pinned-key.ts";
import { describeReport, type Words } from "./words.ts";

/**
 * The page that checks a bundle with nothing but itself: one file, which works saved to disk and may not reach any network. It is a few lines over
 * the DOM so that whoever must trust it can read it.
 */

function element<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`the page has no #${id}`);
  return found;
}

const form = element("check", HTMLFormElement);
const chooser = element("file", HTMLInputElement);
const keys = element("keys", HTMLTextAreaElement);
const witnesses = element("witnesses", HTMLTextAreaElement);
const button = element("run", HTMLButtonElement);
const progress = element("progress", HTMLElement);
const result = element("result", HTMLElement);
const chosen = element("chosen", HTMLElement);

let file: File | undefined;
/** Counts what was asked. A verdict is shown only while nothing has been chosen or typed since it was asked for. */
let asked = 0;

function choose(next: File | undefined): void {
  file = next;
  chosen.textContent = next === undefined ? "" : `${next.name}, ${next.size.toLocaleString("en")} bytes`;
  forget();
}

function forget(): void {
  asked++;
  result.className = "";
  result.replaceChildren();
}

form.addEventListener("input", forget);
chooser.addEventListener("change", () => choose(chooser.files?.[0]));
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.classList.add("over");
});
document.addEventListener("dragleave", () => document.body.classList.remove("over"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("over");
  choose(event.dataTransfer?.files[0]);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void run();
});

async function run(): Promise<void> {
  const given = lines(keys.value);
  if (file === undefined) return show({ verdict: "unsure", headline: "Choose a file first.", rows: [] });
  if (given.length === 0) {
    return show({ verdict: "unsure", headline: "Paste the public key first.", rows: [] });
  }
  button.disabled = true;
  forget();
  const own = asked;
  try {
    const words = await check(file, given);
    if (own === asked) show(words);
  } catch (error) {
    if (own === asked) show({ verdict: "unsure", headline: `It could not be checked: ${messageOf(error)}`, rows: [] });
  } finally {
    button.disabled = false;
    progress.textContent = "";
  }
}

async function check(source: File, given: readonly string[]): Promise<Words> {
  const hash = sha256.create();
  const hashing = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      hash.update(chunk);
      controller.enqueue(chunk);
    },
  });
  const report = await verifyBundle(source.stream().pipeThrough(hashing), {
    keys: given,
    witnesses: lines(witnesses.value),
    ...webCrypto,
    onProgress: (bytes, entries) => {
      const share = source.size === 0 ? 100 : Math.floor((bytes / source.size) * 100);
      progress.textContent = `${share} %, ${entries.toLocaleString("en")} entries`;
    },
  });
  const fingerprints = await Promise.all(given.map(async (key) => fingerprint(await parseKey(key))));
  return describeReport(report, { sha256: report.ok ? toHex(hash.digest()) : undefined, fingerprints });
}

function messageOf(error: unknown): string {
  if (error instanceof NoteError) return `a key is not valid. ${error.message}`;
  if (error instanceof DOMException && error.name === "NotSupportedError") {
    return "this browser does not support Ed25519 signatures. Use a current version of Chrome, Edge, Firefox or Safari.";
  }
  return error instanceof Error ? error.message : String(error);
}

function lines(text: string): string[] {
  const all = text.split("\n").map((line) => line.trim());
  return all.filter((line) => line !== "" && !line.startsWith("#"));
}

/** As text alone: nothing of a file ever becomes markup. */
function show({ verdict, headline, rows }: Words): void {
  const title = document.createElement("h3");
  title.textContent = headline;
  const list = document.createElement("dl");
  for (const [name, text] of rows) {
    const term = document.createElement("dt");
    term.textContent = name;
    const detail = document.createElement("dd");
    detail.textContent = text;
    list.append(term, detail);
  }
  result.className = verdict;
  result.replaceChildren(title, ...(rows.length > 0 ? [list] : []));
}

if (globalThis.crypto?.subtle === undefined) {
  show({
    verdict: "unsure",
    headline:
      "This browser cannot check anything here. Open the page by https or on localhost, or save it and open the file.",
    rows: [],
  });
}
