import { expect, it } from "vitest";
import { pairingOf } from "./pairing.ts";

const logKey = "daybook/6a1cf0f5-98f6-4a3e-8c4a-9a9a3d1a3f10/acme+0badc0de+AQID";
const witnessKey = "witness.example/w1+7c9d31e0+BF/+AQ==";

it("puts the log's key into the witness's command, and what the witness prints into the server's", () => {
  expect(pairingOf({ logKey, witnessKey: "", address: "" })).toEqual({
    witness: `npx daybook witness --data-dir ./witness --listen 0.0.0.0:4610 --log '${logKey}'`,
    server: "DAYBOOK_WITNESSES='<witness key>@<witness address>'",
    faults: {},
  });
  expect(pairingOf({ logKey, witnessKey: ` ${witnessKey}\n`, address: "https://witness.example" })).toMatchObject({
    server: `DAYBOOK_WITNESSES='${witnessKey}@https://witness.example'`,
    faults: {},
  });
});

it.each([
  { witnessKey: "w' ; rm -rf / #+7c9d31e0+AQ==", address: "https://witness.example" },
  { witnessKey, address: "https://x/'$(reboot)" },
  { witnessKey, address: "witness.example" },
])("takes over no text that is not a key or an address: $witnessKey $address", (typed) => {
  const { server, faults } = pairingOf({ logKey, ...typed });
  expect(server).toMatch(/<witness (key|address)>/);
  expect(Object.keys(faults)).toHaveLength(1);
});
