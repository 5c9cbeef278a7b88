import { Compass } from "lucide-react";
import { type ComponentType, Suspense } from "react";
import type { SlotProps } from "../audit-logs/slots.ts";
import { lazyPart } from "../shell/lazy-part.tsx";
import { MenuToCome } from "../shell/menu-to-come.tsx";
import { usePeriodReview } from "./period-context.ts";
import type { PeriodProps } from "./period-panel.tsx";
import { useStartHereCollapsed } from "./remembered.ts";
import { startingPointOf } from "./starting-point-of.ts";

const Menu = lazyPart(() => import("./start-here-menu.tsx"));
const Row = lazyPart(() => import("./start-here.tsx"));
const PANELS = {
  failed_logins: lazyPart(() => import("./failed-sign-ins/networks.tsx")),
  changes: lazyPart(() => import("./changes/changes.tsx")),
};
/** The room of a panel while it is on its way: what is below stays where it is. */
const PANEL_ROOM = <div className="h-21 max-lg:h-29" />;
const ROOMS = {
  failed_logins: <div className="h-30 @max-[60rem]:h-48 @max-[34rem]:h-74" />,
  changes: PANEL_ROOM,
};

/** The starting points where they have no room, or were put away. */
export function StartHereMenu({ tools: { state }, wide }: SlotProps) {
  const [collapsed, setCollapsed] = useStartHereCollapsed();
  if (!collapsed && wide) return null;
  return (
    <Suspense fallback={<MenuToCome name="Start here" icon={Compass} />}>
      <Menu state={state} onShow={wide ? () => setCollapsed(false) : undefined} />
    </Suspense>
  );
}

/** Where to begin: its room is there from the start. */
export function StartHereRow({ tools: { state }, wide }: SlotProps) {
  const [collapsed, setCollapsed] = useStartHereCollapsed();
  if (!wide || collapsed) return null;
  return (
    <Suspense fallback={<div className="h-8" />}>
      <Row
        state={state}
        onCollapse={() => {
          setCollapsed(true);
          // They are behind this button now.
          requestAnimationFrame(() => document.querySelector<HTMLElement>("[data-slot=start-here]")?.focus());
        }}
      />
    </Suspense>
  );
}

interface StartingPointPanelProps extends SlotProps {
  /** The steps of reviewing a period. */
  readonly Period: ComponentType<PeriodProps>;
}

/** The next step of what somebody began. */
export function StartingPointPanel({ tools, events, Period }: StartingPointPanelProps) {
  const { state, query } = tools;
  const period = usePeriodReview();
  const point = startingPointOf(state.filters);
  const Panel = point && PANELS[point];
  return (
    <Suspense fallback={point === undefined ? PANEL_ROOM : ROOMS[point]}>
      {period.open && <Period tools={tools} onClose={() => period.setOpen(false)} />}
      {Panel && query !== undefined && <Panel state={state} query={query} position={events.position} />}
    </Suspense>
  );
}
