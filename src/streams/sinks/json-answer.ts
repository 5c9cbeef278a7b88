import type { z } from "zod";

/** What a receiver answered, where it is JSON of this form. @returns undefined for anything else: proxies answer pages. */
export function parsedAnswer<T>(schema: z.ZodType<T>, body: string): T | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
