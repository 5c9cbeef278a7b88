import type { z } from "zod";

/** What a receiver answered, if it is JSON of this form. @returns undefined for anything else, such as the page of a proxy. */
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
