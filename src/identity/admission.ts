import type { Origin } from "./contract.ts";
import { type Act, ownEvent } from "./events.ts";
import type { Store } from "./store.ts";
import { type Refusal, SignInThrottle } from "./throttle.ts";
import { PLATFORM_ORGANIZATION } from "./vocabulary.ts";

/**
 * Lets attempts with a password, a code or a link go on or refuses them, and records what concerns no member (an unknown address,
 * a throttled network) as events of the platform.
 */
export class Admission {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #throttle = new SignInThrottle();

  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /** Counts an attempt at an account's password, or at a link when no e-mail is given. @throws DaybookError rate_limited. */
  async attempt(origin: Origin, email?: string): Promise<void> {
    await this.#refuse(await this.#throttle.attempt(origin.ip, email), origin);
  }

  /** Counts an attempt at the six digits, by someone who knows the password. @throws DaybookError rate_limited. */
  async attemptDigits(origin: Origin, userId: string): Promise<void> {
    await this.#refuse(await this.#throttle.attemptDigits(origin.ip, userId), origin);
  }

  /** Takes back what an attempt counted: it was no guess. Without an e-mail only its address is forgiven. */
  succeeded(origin: Origin, email?: string): Promise<void> {
    return this.#throttle.succeeded(origin.ip, email);
  }

  digitsSucceeded(userId: string): Promise<void> {
    return this.#throttle.digitsSucceeded(userId);
  }

  async recordFailure(
    description: string,
    metadata: { reason: string; email?: string },
    origin: Origin,
  ): Promise<void> {
    const act: Act = {
      organization: PLATFORM_ORGANIZATION,
      action: "auth.login",
      outcome: "failure",
      actor: { type: "anonymous" },
      resource: { type: "user" },
      description,
      metadata,
    };
    await this.#store.change(async (change) => change.record(ownEvent(act, origin, this.#now())));
  }

  async #refuse(refusal: Refusal | undefined, origin: Origin): Promise<void> {
    if (refusal === undefined) return;
    if (refusal.record) {
      const description = "Sign-in refused: too many attempts from one address";
      await this.recordFailure(description, { reason: "rate_limited" }, origin);
    }
    throw refusal.error;
  }
}
