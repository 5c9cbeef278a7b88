import type { Receipt } from "@daybook/sdk";
import { expect, it } from "vitest";
import { receiptJson } from "./receipt-json.ts";

it("writes a receipt as JSON.stringify does", () => {
  const receipt: Receipt = {
    id: "order:42-a_b.c",
    log_id: "0199a1b2-0000-7000-8000-000000000000",
    sequence: 7,
    leaf_hash: "ab".repeat(32),
    recorded_at: "2026-01-31T13:45:00.000Z",
    duplicate: false,
  };
  const warned: Receipt = { ...receipt, warnings: [{ pointer: "/actor/id", code: "personal_id", message: 'a "b"' }] };
  for (const one of [receipt, { ...receipt, duplicate: true }, warned]) {
    expect(receiptJson(one)).toBe(JSON.stringify(one));
  }
});
