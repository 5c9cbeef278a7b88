import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Followers } from "../../src/followers.ts";
import { type OpenLog, openLog } from "../../src/log/log.ts";
import { createLogger } from "../../src/logger.ts";
import type { Integrity } from "../../src/tree/contract.ts";
import type { SigningCommand, SigningFailed } from "../../src/tree/signing-command.ts";
import { SigningKeys } from "../../src/tree/signing-keys.ts";
import { Tree } from "../../src/tree/tree.ts";

/** A real log with its trees, in a directory of its own, opened and closed as the server does it. */
export class TreeFixture {
  readonly directory = mkdtempSync(join(tmpdir(), "daybook-tree-"));
  readonly alarms: Integrity[] = [];
  /** What was reported of the command that signs. */
  readonly signing: (SigningFailed | undefined)[] = [];
  private opened: { log: OpenLog; tree: Tree; followers: Followers; keys: SigningKeys } | undefined;

  get log(): OpenLog {
    return this.parts.log;
  }

  get tree(): Tree {
    return this.parts.tree;
  }

  get keys(): SigningKeys {
    return this.parts.keys;
  }

  path(...names: string[]): string {
    return join(this.directory, ...names);
  }

  async open(now: () => number = Date.now, command?: SigningCommand): Promise<void> {
    const log = await openLog({ directory: this.path("log"), segmentBytes: 256 * 1024 });
    try {
      const keys = SigningKeys.openToSign(log, this.path("keys", "signing.json"), now(), command);
      keys.adoptCommand(now());
      const tree = Tree.open({
        directory: this.path("tree"),
        checkpointDirectory: this.path("checkpoints"),
        keys,
        log,
        onAlarm: (alarm) => this.alarms.push(alarm),
        onSigning: (failed) => this.signing.push(failed),
        now,
      });
      const followers = new Followers(log, createLogger(process.stderr));
      this.opened = { log, tree, followers, keys };
      followers.start(tree);
    } catch (error) {
      await log.close();
      throw error;
    }
  }

  /** Appends that many entries to an organization, durably. @returns their headers. */
  async append(organization: string, count: number): Promise<string[]> {
    const headers: string[] = [];
    const batch = Array.from({ length: count }, () => ({
      organization,
      encode: (sequence: number) => {
        const header = JSON.stringify({ sequence, tenant_id: organization, id: `${organization}-${sequence}` });
        headers.push(header);
        return { header: Buffer.from(header), body: Buffer.from(`body ${sequence}`) };
      },
    }));
    await Promise.all(this.log.append(batch));
    return headers;
  }

  /** Waits for the checkpoint over all that is in the log of an organization. */
  async signed(organization: string) {
    const checkpoint = await this.tree.covered(organization, this.log.size(organization), AbortSignal.timeout(20_000));
    if (checkpoint === undefined)
      throw new Error(`no checkpoint over all of ${organization}: ${JSON.stringify(this.alarms)}`);
    return checkpoint;
  }

  async close(): Promise<void> {
    const { log, tree, followers } = this.parts;
    this.opened = undefined;
    await followers.stop();
    tree.close();
    await log.close();
  }

  async reopen(): Promise<void> {
    await this.close();
    await this.open();
  }

  async remove(): Promise<void> {
    if (this.opened !== undefined) await this.close();
    rmSync(this.directory, { recursive: true });
  }

  private get parts() {
    if (this.opened === undefined) throw new Error("not open");
    return this.opened;
  }
}
