import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Destinations } from "./destinations.ts";
import { HttpSender } from "./http-sender.ts";

const REFUSED = /is not a public address/;

describe("without allowed networks", () => {
  const destinations = new Destinations([]);

  it.each([
    ...["127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254"],
    ...[
      "[::1]",
      "[::]",
      "[fe80::1]",
      "[fd00:ec2::254]",
      "[::ffff:127.0.0.1]",
      "[::ffff:a9fe:a9fe]",
      "[64:ff9b::7f00:1]",
    ],
    ...["224.0.0.1", "255.255.255.255", "168.63.129.16", "[2002:7f00:1::]", "192.0.2.1"],
  ])("%s is refused", (host) => {
    expect(() => destinations.requireHost(host)).toThrow(REFUSED);
  });

  it.each(["93.184.216.34", "[2606:2800:220:1::1]", "siem.example.com"])("%s is not", (host) => {
    expect(() => destinations.requireHost(host)).not.toThrow();
  });

  it.each(["http://127.1/", "http://0x7f.0.0.1/", "http://2130706433/", "http://[::ffff:7f00:1]/"])(
    "%s is refused however it is spelled",
    (url) => {
      expect(() => destinations.requireHost(new URL(url).hostname)).toThrow(REFUSED);
    },
  );
});

it("an allowed network is not refused, and no other is allowed with it", () => {
  const destinations = new Destinations(["10.1.0.0/16", "fd12::/32"]);
  for (const host of ["10.1.255.255", "[fd12::1]"]) expect(() => destinations.requireHost(host)).not.toThrow();
  for (const host of ["10.2.0.0", "127.0.0.1", "[fd13::1]"])
    expect(() => destinations.requireHost(host)).toThrow(REFUSED);
});

describe("a name that resolves to this machine", () => {
  let server: ReturnType<typeof createServer>;
  let url: string;
  let called = 0;
  beforeAll(async () => {
    server = createServer((_, response) => {
      called++;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://localhost:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const post = async (networks: string[]) => {
    const sender = new HttpSender(new Destinations(networks));
    try {
      return await sender.send({ url, headers: {}, body: "" }, AbortSignal.timeout(5_000));
    } finally {
      sender.close();
    }
  };

  it("is refused when it is connected to", async () => {
    await expect(post([])).rejects.toThrow(REFUSED);
    expect(called).toBe(0);
  });

  it("is reached where its network is allowed", async () => {
    expect(await post(["127.0.0.0/8"])).toMatchObject({ status: 200 });
  });
});
