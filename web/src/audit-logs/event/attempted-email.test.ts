import { expect, it } from "vitest";
import { attemptedEmail } from "./attempted-email.ts";
import { loggedEvent } from "./event.fixture.ts";

const failed = { action: "auth.login", outcome: "failure" } as const;
const anonymous = { type: "anonymous" } as const;

it("shows the e-mail of an account, and masks one that belongs to nobody", () => {
  const ada = { type: "user", id: "u_1", email: "ada@acme.example" } as const;
  expect(attemptedEmail(loggedEvent({ ...failed, actor: ada }))).toBe("ada@acme.example");
  const attempt = { ...failed, actor: anonymous, metadata: { email: "priya@acme.example" } };
  expect(attemptedEmail(loggedEvent(attempt))).toBe("p•••@acme.example");
});

it("shows nothing of a text that is not an e-mail: it can be a password", () => {
  for (const email of ["hunter2", "@hunter2", "correct horse"]) {
    expect(attemptedEmail(loggedEvent({ ...failed, actor: anonymous, metadata: { email } }))).toBe("•••");
  }
});

it("says nothing of a sign-in that succeeded, or of any other action", () => {
  const metadata = { email: "ada@acme.example" };
  expect(attemptedEmail(loggedEvent({ ...failed, outcome: "success", actor: anonymous, metadata }))).toBeUndefined();
  expect(attemptedEmail(loggedEvent({ ...failed, action: "user.update", actor: anonymous, metadata }))).toBeUndefined();
});
