import { expect, it } from "vitest";
import type { OrganizationDetails } from "../api/organizations.ts";
import { changeFrom, draftOf } from "./draft.ts";

const details: OrganizationDetails = {
  id: "acme",
  name: "Acme",
  time_zone: null,
  personal_ids: "warn",
  office_hours: "mon-fri 08:00-18:00",
  review_due: null,
  sensitive_actions: ["api_key.*"],
  retention_days: null,
  permissions: [],
  created_at: "2026-11-27T00:00:00.000Z",
};

it("sends nothing but what differs", () => {
  const draft = draftOf(details);
  expect(changeFrom(details, { ...draft, name: " Acme " })).toEqual({});
  expect(changeFrom(details, { ...draft, due: "mon", refuses: true })).toEqual({
    review_due: "mon",
    personal_ids: "refuse",
  });
  expect(changeFrom(details, { ...draft, hours: "  " })).toEqual({ office_hours: null });
  expect(changeFrom(details, { ...draft, sensitive: "api_key.*\ndb.delete\n" })).toEqual({
    sensitive_actions: ["api_key.*", "db.delete"],
  });
  expect(changeFrom(details, { ...draft, sensitive: " \n" })).toEqual({ sensitive_actions: null });
});
