import { hash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { z } from "zod";
import { signObjectRequest } from "../../bucket.ts";
import { type Batch, DeliveryError } from "../contract.ts";
import { httpUrl, shortText } from "./fields.ts";
import { KeptManifest, type ListedObject, manifestName, padded, withObject } from "./s3-manifest.ts";
import { sinkKind } from "./sink-kind.ts";

/** An object is written once it is this large, or once its first record has waited for a minute. */
const LIMITS = { records: 100_000, bytes: 8 * 1024 * 1024, recordBytes: 1024 * 1024, lingerMs: 60_000 };
const DAY_MS = 86_400_000;

const compress = promisify(gzip);

const wholeNumber = z.int("must be a whole number").min(1, "must be at least 1");

/**
 * Amazon S3 and services with the same API. The records of a minute become one object of gzip-compressed NDJSON. Its key is made of the
 * organization, the day and the range of sequences, so that an object that is written again overwrites itself. Each hour a manifest lists the
 * objects with their hashes, signed by the log's key.
 */
export const s3 = sinkKind({
  type: "s3",
  config: z.strictObject({
    region: shortText,
    bucket: shortText.regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "must be the name of a bucket"),
    prefix: shortText
      .regex(/^[A-Za-z0-9!_.*'()/-]*$/, "must have only letters, digits and !_.*'()/-")
      .default("daybook/"),
    endpoint: httpUrl.optional().meta({ description: "Default: Amazon's endpoint of the region." }),
    access_key_id: shortText,
    linger_seconds: wholeNumber
      .max(900, "must be at most 900")
      .default(60)
      .meta({ description: "How long the first record of an object waits for more." }),
    object_lock: z
      .strictObject({
        mode: z.enum(["GOVERNANCE", "COMPLIANCE"], { error: "must be GOVERNANCE or COMPLIANCE" }),
        days: wholeNumber.max(36_500, "must be at most 36500"),
      })
      .optional()
      .meta({ description: "Nobody can delete an object before it is this old. The bucket must have Object Lock." }),
  }),
  secrets: z.strictObject({ secret_access_key: shortText, session_token: shortText.optional() }),
  formats: ["daybook", "ocsf", "cef"],
  open(config, secrets, { http, memory, signNote }) {
    const bucket = {
      endpoint: config.endpoint,
      region: config.region,
      bucket: config.bucket,
      accessKeyId: config.access_key_id,
      secretAccessKey: secrets.secret_access_key,
      sessionToken: secrets.session_token,
    };
    const manifest = new KeptManifest(memory);
    const put = async (key: string, body: Uint8Array, more: Record<string, string>, signal: AbortSignal) => {
      const asked = { method: "PUT", key, body, headers: { ...more, ...lockOf(config) } } as const;
      const { headers } = await http.deliver({ ...(await signObjectRequest(bucket, asked)), body }, signal);
      // Every S3 names what it stored, in an ETag. A proxy's page does not.
      if (headers.etag === undefined) throw new DeliveryError("unavailable", "The receiver did not answer as S3 does.");
    };
    return {
      limits: { ...LIMITS, lingerMs: config.linger_seconds * 1000 },
      async send(batch, signal) {
        const hour = new Date().toISOString().slice(0, 13);
        const pending = await manifest.read();
        if (pending !== undefined && pending.hour !== hour) {
          const text = `${JSON.stringify({ type: "daybook.manifest", stream_id: batch.streamId, log_id: batch.logId, ...pending })}\n`;
          const key = `${config.prefix}${folderOf(batch)}/manifests/${manifestName(pending)}`;
          await put(key, Buffer.from(await signNote(text)), { "content-type": "text/plain; charset=utf-8" }, signal);
        }
        const body = await compress(batch.records.map(({ text }) => `${text}\n`).join(""));
        const listed = listedObject(`${config.prefix}${keyOf(batch)}`, batch, body);
        await put(listed.key, body, headersOf(batch), signal);
        await manifest.save(withObject(pending, hour, listed));
      },
      close: () => http.close(),
    };
  },
});

const folderOf = ({ organization }: Batch) => organization ?? "all";

function keyOf(batch: Batch): string {
  const { first, last, records, id } = batch;
  const day = new Date(records[0]?.time ?? 0).toISOString().slice(0, 10).replaceAll("-", "/");
  const isCheckpoint = records.every(({ kind }) => kind === "checkpoint");
  const name = isCheckpoint ? id : `${padded(first)}-${padded(last)}`;
  return `${folderOf(batch)}/${day}/${name}.ndjson.gz`;
}

function listedObject(key: string, { first, last, records }: Batch, body: Uint8Array): ListedObject {
  return { key, first, last, records: records.length, bytes: body.length, sha256: hash("sha256", body) };
}

function headersOf({ logId, first, last, records }: Batch): Record<string, string> {
  return {
    "content-type": "application/x-ndjson",
    "content-encoding": "gzip",
    "x-amz-meta-log-id": logId,
    "x-amz-meta-first": String(first),
    "x-amz-meta-last": String(last),
    "x-amz-meta-records": String(records.length),
  };
}

type Config = z.output<typeof s3.config>;

function lockOf({ object_lock: lock }: Config): Record<string, string> {
  if (lock === undefined) return {};
  const until = new Date(Date.now() + lock.days * DAY_MS).toISOString();
  return { "x-amz-object-lock-mode": lock.mode, "x-amz-object-lock-retain-until-date": until };
}
