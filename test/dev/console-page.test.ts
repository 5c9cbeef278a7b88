import { expect, it } from "vitest";
import { NONCE, underPolicy } from "../../scripts/dev/console-page.ts";

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-ancestors 'none'";

it("adds a nonce and Vite's web socket to the policy, and nothing else", () => {
  const { html, policy } = underPolicy(`<script nonce="${NONCE}"></script>`, POLICY, "localhost:4600");
  const nonce = /nonce="([\w-]{22})"/.exec(html)?.[1];
  expect(policy).toBe(
    `default-src 'none'; script-src 'self' 'nonce-${nonce}'; style-src 'self' 'nonce-${nonce}'; connect-src 'self' ws://localhost:4600; frame-ancestors 'none'`,
  );
});

it("gives each answer a nonce of its own", () => {
  expect(underPolicy(NONCE, POLICY, "h").html).not.toBe(underPolicy(NONCE, POLICY, "h").html);
});

it("fails when the policy no longer has a directive that it extends", () => {
  expect(() => underPolicy("", "default-src 'self'", "h")).toThrow("no script-src");
});
