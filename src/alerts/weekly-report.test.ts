import { expect, it } from "vitest";
import { type ReportSources, reportOn } from "./weekly-report.ts";

const ASKED = { organization: "acme", filter: {}, from: 0, to: 1, sensitiveActions: [] };

it("looks at nothing before search has read what the log holds", async () => {
  const happened: string[] = [];
  const uncalled = () => Promise.reject(new Error("not called"));
  const sources: ReportSources = {
    log: { end: 7 },
    reader: {
      scope: () => {
        happened.push("scope");
        return Promise.reject(new Error("far enough"));
      },
    },
    search: {
      flush: () => 0,
      async reached(position) {
        await new Promise(setImmediate);
        happened.push(`reached ${position}`);
        return position;
      },
      count: uncalled,
      facets: uncalled,
      groups: uncalled,
    },
  };
  await expect(reportOn(sources, ASKED, new AbortController().signal)).rejects.toThrow("far enough");
  expect(happened).toEqual(["reached 7", "scope"]);
});
