import type { ColumnLayout } from "../../api/profile.ts";

export type { ColumnLayout };

/** The columns that can be shown, each after what it follows when it is added; the one that expands a row is always the first. */
export const COLUMN_IDS = [
  "timestamp",
  "action",
  "outcome",
  "resource",
  "user",
  "description",
  "ip",
  "user_agent",
  "request_id",
  "session_id",
  "event_id",
] as const;
export type ColumnId = (typeof COLUMN_IDS)[number];

export function isColumnId(id: string): id is ColumnId {
  return COLUMN_IDS.some((one) => one === id);
}

/** The table as it comes. */
export const DEFAULT_LAYOUT: ColumnLayout = {
  shown: ["timestamp", "action", "resource", "user", "description", "ip"],
  widths: {},
};

/** What is kept, as far as this version has such columns. Without one to show it is the table as it comes. */
export function readable(kept: ColumnLayout | null): ColumnLayout {
  if (kept === null) return DEFAULT_LAYOUT;
  const shown = kept.shown.filter(isColumnId);
  return shown.length === 0 ? DEFAULT_LAYOUT : { ...kept, shown };
}

export function isDefault({ shown, widths }: ColumnLayout): boolean {
  return shown.join() === DEFAULT_LAYOUT.shown.join() && Object.keys(widths).length === 0;
}

/** All columns: those that are shown in their order, each other one after the one that it follows by default. */
export function allInOrder({ shown }: ColumnLayout): readonly ColumnId[] {
  const all = COLUMN_IDS.filter((id) => shown.includes(id)).sort((a, b) => shown.indexOf(a) - shown.indexOf(b));
  for (const [at, id] of COLUMN_IDS.entries()) {
    if (all.includes(id)) continue;
    const before = COLUMN_IDS.slice(0, at).findLast((one) => all.includes(one));
    all.splice(before === undefined ? 0 : all.indexOf(before) + 1, 0, id);
  }
  return all;
}

/** One column stays: a table without any says nothing. */
export function withShown(layout: ColumnLayout, id: ColumnId, shown: boolean): ColumnLayout {
  const next = allInOrder(layout).filter((one) => (one === id ? shown : layout.shown.includes(one)));
  return next.length === 0 ? layout : { ...layout, shown: next };
}

/** A column that is shown, one place on or back among those that are. */
export function moved(layout: ColumnLayout, id: ColumnId, step: 1 | -1): ColumnLayout {
  const shown = [...layout.shown];
  const at = shown.indexOf(id);
  const to = at + step;
  const other = shown[to];
  if (at < 0 || other === undefined) return layout;
  shown[to] = id;
  shown[at] = other;
  return { ...layout, shown };
}

export function withWidth(
  layout: ColumnLayout,
  id: string,
  rem: number,
  bounds: readonly [number, number],
): ColumnLayout {
  const [min, max] = bounds;
  const width = Math.round(Math.min(max, Math.max(min, rem)) * 16) / 16;
  return { ...layout, widths: { ...layout.widths, [id]: width } };
}
