import type { Event, EventInput, Receipt, Rejection, ViewerTokenRequest } from "@daybook/sdk";
import type { z } from "@hono/zod-openapi";
import { expectTypeOf, it } from "vitest";
import type { eventInput } from "../event/index.ts";
import type { viewerTokenRequest } from "../identity/index.ts";
import type { eventAnswer } from "./event-answer.ts";
import type { receipt, rejected } from "./record-route.ts";

/** The members that a type names, at every depth, and which of them are optional. Of JSON of any kind it says that it is there. */
type Shape<T> = unknown extends T
  ? "any"
  : null extends T
    ? "any"
    : T extends readonly (infer Item)[]
      ? readonly Shape<Item>[]
      : T extends object
        ? { [Name in keyof T as string extends Name ? never : Name]: Shape<Exclude<T[Name], undefined>> }
        : T;

/** The compiler fails this test, not its run: `npm run check`. */
it("the SDK's types name the fields that the API's schemas name", () => {
  expectTypeOf<Shape<EventInput>>().toEqualTypeOf<Shape<z.output<typeof eventInput>>>();
  expectTypeOf<Shape<Event>>().toEqualTypeOf<Shape<z.output<typeof eventAnswer>>>();
  expectTypeOf<Shape<Receipt>>().toEqualTypeOf<Shape<z.output<typeof receipt>>>();
  expectTypeOf<Shape<Rejection>>().toEqualTypeOf<Shape<z.output<typeof rejected>>>();
  expectTypeOf<Shape<ViewerTokenRequest>>().toEqualTypeOf<Shape<z.output<typeof viewerTokenRequest>>>();
});
