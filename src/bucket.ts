import { hash } from "node:crypto";
import { AwsV4Signer } from "aws4fetch";

/** A bucket at Amazon S3, or at whatever speaks its API. */
export interface Bucket {
  /** Where the API is. Default: Amazon's endpoint of the region. */
  readonly endpoint?: string | undefined;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** A part of a bucket. */
export interface BucketFolder extends Bucket {
  /** What the keys of all objects begin with. */
  readonly prefix: string;
}

export interface ObjectRequest<Method extends string> {
  readonly method: Method;
  readonly key: string;
  readonly body?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request for one object, with AWS Signature Version 4. What is stored is compared with its checksum. */
export async function signObjectRequest<Method extends string>(
  { endpoint, region, bucket, accessKeyId, secretAccessKey, sessionToken }: Bucket,
  { method, key, body, headers: more = {} }: ObjectRequest<Method>,
): Promise<{ method: Method; url: string; headers: Record<string, string> }> {
  const sha256 = hash("sha256", body ?? "", "buffer");
  const signer = new AwsV4Signer({
    method,
    url: `${(endpoint ?? `https://s3.${region}.amazonaws.com`).replace(/\/+$/, "")}/${bucket}/${key}`,
    headers: {
      ...more,
      // Object Lock asks for a checksum, and every S3 compares it.
      ...(body !== undefined && { "x-amz-checksum-sha256": sha256.toString("base64") }),
      "x-amz-content-sha256": sha256.toString("hex"),
    },
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    service: "s3",
    region,
    allHeaders: true,
  });
  const { url, headers } = await signer.sign();
  return { method, url: url.toString(), headers: Object.fromEntries(headers) };
}
