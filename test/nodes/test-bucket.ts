import { readdirSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import S3rver from "@20minutes/s3rver";
import type { BucketFolder } from "../../src/bucket.ts";
import { temporaryDirectory } from "../support/server.ts";

const BUCKET = "logs";
/** What s3rver accepts. */
const KEY = "S3RVER";

/** An S3-compatible server with one bucket. */
export class TestBucket {
  private readonly directory = temporaryDirectory();
  private readonly server = new S3rver({
    ...{ address: "127.0.0.1", port: 0, silent: true, directory: this.directory },
    configureBuckets: [{ name: BUCKET }],
  });
  private endpoint = "";

  static async start(): Promise<TestBucket> {
    const bucket = new TestBucket();
    const { port } = (await bucket.server.run()) as AddressInfo;
    bucket.endpoint = `http://127.0.0.1:${port}`;
    return bucket;
  }

  /** A folder of it, such as `one/`. @param endpoint another server's instead. */
  folder(prefix: string, endpoint = this.endpoint): BucketFolder {
    return { region: "us-east-1", accessKeyId: KEY, secretAccessKey: KEY, endpoint, bucket: BUCKET, prefix };
  }

  /** Where it keeps the objects of a folder. */
  files(prefix: string): string[] {
    const root = join(this.directory, BUCKET, prefix);
    const files = readdirSync(root, { recursive: true, encoding: "utf8" });
    return files.filter((file) => file.endsWith("_S3rver_object")).map((file) => join(root, file));
  }

  async stop(): Promise<void> {
    await this.server.close();
    rmSync(this.directory, { recursive: true });
  }
}
