import { createSocket } from "node:dgram";
import { once } from "node:events";
import { expect, it, onTestFinished } from "vitest";
import { HostNames } from "./host-names.ts";

const ADDRESS = [203, 0, 113, 7];

/** A DNS that knows one address, and never answers about names that begin with "hang". */
async function aDns() {
  const socket = createSocket("udp4");
  let unanswered = 0;
  socket.on("message", (question, { port, address }) => {
    if (question.subarray(13, 17).toString() === "hang") return void unanswered++;
    const isA = question.readUInt16BE(question.indexOf(0, 12) + 1) === 1;
    const reply = Buffer.from(question.subarray(0, question.indexOf(0, 12) + 5));
    reply.writeUInt16BE(0x8180, 2);
    reply.set([0, 1, 0, isA ? 1 : 0, 0, 0, 0, 0], 4);
    const record = [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...ADDRESS];
    socket.send(isA ? Buffer.concat([reply, Buffer.from(record)]) : reply, port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  onTestFinished(() => void socket.close());
  return { server: `127.0.0.1:${socket.address().port}`, unanswered: () => unanswered };
}

it("names whose DNS hangs delay no other name", async () => {
  const { server, unanswered } = await aDns();
  const names = new HostNames([server]);
  let ended = 0;
  const hanging = Array.from({ length: 20 }, (_, n) =>
    names.addresses(`hang-${n}.example.com`).catch((error: NodeJS.ErrnoException) => {
      ended++;
      return error.code;
    }),
  );
  await expect.poll(unanswered).toBeGreaterThanOrEqual(20);
  expect(await names.addresses("siem.example.com")).toEqual([{ address: ADDRESS.join("."), family: 4 }]);
  expect(ended).toBe(0);
  expect(new Set(await Promise.all(hanging))).toEqual(new Set(["ETIMEOUT"]));
});

it("the machine's own list comes first", async () => {
  const { server } = await aDns();
  expect(await new HostNames([server]).addresses("LOCALHOST")).toContainEqual({ address: "127.0.0.1", family: 4 });
});
