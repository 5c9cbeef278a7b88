import { describe, expect, it } from "vitest";
import type { OpenDesk } from "../fixture.ts";

export function streamMemorySuite(openDesk: OpenDesk): void {
  describe("what a stream remembers", () => {
    it("is what the node of the latest term wrote, and no other stream's", async () => {
      const { streamMemories: memories } = (await openDesk()).identity;
      const write = (term: number, text: string) => memories.write("s-1", "cursor", { term, text });
      expect(await memories.read("s-1", "cursor")).toBeUndefined();
      expect([await write(2, "first"), await write(2, "second"), await write(1, "late")]).toEqual([true, true, false]);
      expect(await memories.read("s-1", "cursor")).toBe("second");
      expect([await write(3, "third"), await write(2, "later still")]).toEqual([true, false]);
      await memories.write("s-1", "sink", { term: 3, text: "manifest" });
      await memories.write("s-2", "cursor", { term: 1, text: "another" });
      expect([await memories.read("s-1", "cursor"), await memories.read("s-1", "sink")]).toEqual(["third", "manifest"]);
      await memories.forget("s-1");
      expect([await memories.read("s-1", "sink"), await memories.read("s-2", "cursor")]).toEqual([
        undefined,
        "another",
      ]);
    });
  });
}
