import { z } from "zod";
import type { Change, Store } from "./store.ts";

const NAME = "audit_log_columns";

/** More than the console has; which ones it has is its own matter, and changes with its versions. */
const COLUMNS_MAX = 40;
const column = z.string().regex(/^[a-z_]{1,40}$/, "must be the name of a column");

/** How one person wants the table of the Audit Logs page. */
export const columnLayout = z
  .strictObject({
    shown: z
      .array(column)
      .max(COLUMNS_MAX)
      .refine((names) => new Set(names).size === names.length, "must not name a column twice")
      .meta({ description: "The columns that are shown, in their order." }),
    widths: z
      .record(column, z.number().min(3).max(100))
      .refine((widths) => Object.keys(widths).length <= COLUMNS_MAX, "names too many columns")
      .meta({ description: "In rem, of the columns that have another width than the table gives them." }),
  })
  .meta({ id: "ColumnLayout" });

export type ColumnLayout = z.output<typeof columnLayout>;

/** Undefined until one was kept, or where this version cannot read it: then the table is as it comes. */
export async function readColumnLayout({ db }: Pick<Store, "db">, userId: string): Promise<ColumnLayout | undefined> {
  const row = await db
    .selectFrom("user_preference")
    .select("value")
    .where("user_id", "=", userId)
    .where("name", "=", NAME)
    .executeTakeFirst();
  return row && columnLayout.safeParse(JSON.parse(row.value)).data;
}

/** It concerns nobody else, so no event records it. @param layout undefined for the table as it comes. */
export async function keepColumnLayout(
  { db }: Change,
  userId: string,
  layout: ColumnLayout | undefined,
): Promise<void> {
  if (layout === undefined) {
    await db.deleteFrom("user_preference").where("user_id", "=", userId).where("name", "=", NAME).execute();
    return;
  }
  const value = JSON.stringify(layout);
  await db
    .insertInto("user_preference")
    .values({ user_id: userId, name: NAME, value })
    .onConflict((conflict) => conflict.columns(["user_id", "name"]).doUpdateSet({ value }))
    .execute();
}
