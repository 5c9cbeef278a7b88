import { expect, it } from "vitest";
import { streamMessages } from "./event-stream.ts";

/** @param pieces of bytes, cut as a network cuts them. */
async function messagesOf(pieces: readonly Uint8Array[]) {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  const found = [];
  for await (const message of streamMessages(body)) found.push(message);
  return found;
}

const TEXT =
  ': open\nid: 4\n\nid: 5\nevent: event\ndata: {"a":"é😀"}\n\r\nevent: event\r\ndata: 1\r\ndata: 2\r\n\r\ndata: unfinished';

const WHOLE = [
  { id: "4", event: "message", data: undefined },
  { id: "5", event: "event", data: '{"a":"é😀"}' },
  { id: "5", event: "event", data: "1\n2" },
];

it("reads messages, comments and ids, and drops what was not finished", async () => {
  expect(await messagesOf([new TextEncoder().encode(TEXT)])).toEqual(WHOLE);
});

it("reads the same wherever the bytes are cut", async () => {
  const bytes = new TextEncoder().encode(TEXT);
  for (let at = 1; at < bytes.length; at++) {
    expect(await messagesOf([bytes.slice(0, at), bytes.slice(at)]), `cut at ${at}`).toEqual(WHOLE);
  }
  expect(await messagesOf([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(WHOLE);
});
