import { BoundedCounts } from "../bounded-counts.ts";
import { DaybookError } from "../errors.ts";

/** Of an organization in a minute: more than a person needs, and too few to flood whoever receives them. */
const TESTS = { points: 10, duration: 60 };

/** Limits how often an organization sends something to test where it arrives: to servers of others, and through the operator's mail server. */
export class TestLimit {
  private readonly counts = new BoundedCounts(TESTS);

  /** @throws DaybookError rate_limited */
  async take(organization: string): Promise<void> {
    const waitMs = await this.counts.take(organization);
    if (waitMs === 0) return;
    throw new DaybookError("rate_limited", `An organization can start ${TESTS.points} tests a minute.`, {
      retryAfterSeconds: Math.ceil(waitMs / 1000),
    });
  }
}
