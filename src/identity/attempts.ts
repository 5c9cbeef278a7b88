import type { DaybookError } from "../errors.ts";
import { type Attempt, type Refusal, SignInThrottle, type Try } from "./attempt-limits.ts";
import { type Act, ownEvent } from "./events.ts";
import type { Origin } from "./principals.ts";
import type { Store } from "./store.ts";
import { PLATFORM_ORGANIZATION } from "./vocabulary.ts";

/**
 * Lets attempts with a password, a code or a link go on or refuses them, and records what concerns no member (an unknown address,
 * a throttled network) as events of the platform.
 */
export class Attempts {
  private readonly store: Store;
  private readonly now: () => number;
  private readonly throttle = new SignInThrottle();

  constructor(store: Store, now: () => number) {
    this.store = store;
    this.now = now;
  }

  /** Counts an attempt at an account's password, or at a link when no e-mail is given. @throws DaybookError rate_limited. */
  async attempt(origin: Origin, of: Omit<Try, "ip"> = {}): Promise<Attempt> {
    const attempt = await this.throttle.attempt({ ip: origin.ip, ...of });
    if ("error" in attempt) throw await this.refused(attempt, origin);
    return attempt;
  }

  /** Counts an attempt at the six digits, by someone who knows the password. @throws DaybookError rate_limited. */
  async attemptDigits(origin: Origin, userId: string): Promise<void> {
    const refusal = await this.throttle.attemptDigits(origin.ip, userId);
    if (refusal !== undefined) throw await this.refused(refusal, origin);
  }

  digitsSucceeded(userId: string): Promise<void> {
    return this.throttle.digitsSucceeded(userId);
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
    await this.store.change(async (change) => change.record(ownEvent(act, origin, this.now())));
  }

  /** @returns the error to answer with, once the refusal is recorded. */
  private async refused({ error, record }: Refusal, origin: Origin): Promise<DaybookError> {
    if (record) {
      const description = "Sign-in refused: too many attempts from one network";
      await this.recordFailure(description, { reason: "rate_limited" }, origin);
    }
    return error;
  }
}
