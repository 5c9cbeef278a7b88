import { z } from "zod";

/** Texts in configurations. */
export const shortText = z
  .string({ error: (issue) => (issue.input === undefined ? "is required" : "must be a string") })
  .min(1, "must not be empty")
  .max(1024, "must be at most 1024 characters")
  .refine((text) => !/[\p{Cc}\p{Surrogate}]/u.test(text), "must not hold control characters");

/** Plain HTTP is allowed: operators know which networks they can trust. */
export const httpUrl = shortText
  .refine(
    (text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ""),
    "must be a URL that begins with https:// or http://",
  )
  .refine((text) => (URL.parse(text)?.username ?? "") === "", "must not hold a user name or password")
  .meta({ format: "uri", example: "https://receiver.example.com/events" });

/** Values of headers are secrets: they often are credentials. */
export const headers = z
  .record(
    z.string().regex(/^[A-Za-z0-9-]{1,64}$/, "must be the name of a header"),
    z
      .string()
      .max(4096, "must be at most 4096 characters")
      .regex(/^[\t\x20-\x7e]*$/, "must be printable ASCII"),
    { error: "must be an object of header fields" },
  )
  .refine((fields) => Object.keys(fields).length <= 20, "must be at most 20 fields");
