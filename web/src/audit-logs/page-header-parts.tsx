import { Bookmark, ClipboardCheck, Compass } from "lucide-react";
import { Suspense } from "react";
import { lazyOverlay, lazyPart } from "../shell/lazy-part.tsx";
import { may } from "../shell/permissions.ts";
import { storyOf } from "../stories/story-of.ts";
import { Button } from "../ui/button.tsx";
import { Toast } from "../ui/toast.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { useLogAccess } from "./access.ts";
import { ExportButton } from "./export/button.tsx";
import { progressText } from "./export/text.ts";
import type { EventsState } from "./use-events.ts";
import type { PageTools } from "./use-page-tools.ts";

const Menus = lazyPart(() => import("./header-menus.tsx"));
const StartHere = lazyPart(() => import("../stories/start-here.tsx"));
const STORY_PANELS = {
  failed_logins: lazyPart(() => import("../stories/failed-sign-ins/networks.tsx")),
  changes: lazyPart(() => import("../stories/changes/changes.tsx")),
};
const PeriodPanel = lazyPart(() => import("../stories/period-panel.tsx"));
const PinnedBanner = lazyPart(() => import("../saved-views/pinned-banner.tsx"));
const SinceBanner = lazyPart(() => import("../reviews/since-banner.tsx"));
const ExportFailure = lazyPart(() => import("./export/failure.tsx"));
const ExportDialog = lazyOverlay(() => import("./export/dialog.tsx"));
const SignOffDialog = lazyOverlay(() => import("../reviews/sign-off-dialog.tsx"));

interface ToolsProps {
  readonly tools: PageTools;
  readonly wide: boolean;
}

/** The menus' room while they are on their way. */
function MenusToCome({ tools: { startHere }, wide }: ToolsProps) {
  const { member } = useLogAccess();
  const menus = [
    (startHere.collapsed || !wide) && { name: "Start here", icon: Compass },
    member && { name: "Saved views", icon: Bookmark },
    member && { name: "Review", icon: ClipboardCheck },
  ];
  return menus.map(
    (menu) =>
      menu && (
        <Button key={menu.name} variant="outline" className="invisible" disabled aria-hidden>
          <menu.icon aria-hidden /> {menu.name}
        </Button>
      ),
  );
}

export function HeaderMenus(props: ToolsProps) {
  return (
    <Suspense fallback={<MenusToCome {...props} />}>
      <Menus {...props} />
    </Suspense>
  );
}

/** Absent where one may not. */
export function Export({ tools, backwards }: { tools: PageTools; backwards: boolean }) {
  const access = useLogAccess();
  const { exporting, query, matching, openExport } = tools;
  if (!may(access, "audit_log.export")) return null;
  const nothing = backwards || matching?.value === 0 ? "Nothing to export: no logs match" : undefined;
  return (
    <ExportButton
      exporting={exporting}
      query={query}
      reason={nothing}
      ready={matching !== undefined && !backwards}
      onOptions={(button) => openExport?.(button)}
    />
  );
}

/** The room of a banner, and of a story's panel, while they are on their way: what is below stays where it is. */
const PINNED_ROOM = <div className="h-11.5 max-lg:h-34.5" />;
const SINCE_ROOM = <div className="h-11.5 max-lg:h-38.5" />;
const PANEL_ROOM = <div className="h-21 max-lg:h-29" />;
const STORY_ROOMS = {
  failed_logins: <div className="h-30 @max-[60rem]:h-48 @max-[34rem]:h-74" />,
  changes: PANEL_ROOM,
};

/** What holds for the rows as a whole, or went wrong with them. */
export function PageBanners({ tools }: { tools: PageTools }) {
  const { state, total, exporting, dialog, openSignOff } = tools;
  const { as_of: asOf, since } = state.filters;
  return (
    <>
      <Suspense>
        {dialog !== "export" && exporting.state.phase === "failed" && (
          <ExportFailure exporting={exporting} dismissible />
        )}
      </Suspense>
      <Suspense fallback={PINNED_ROOM}>{asOf !== undefined && <PinnedBanner state={state} asOf={asOf} />}</Suspense>
      <Suspense fallback={SINCE_ROOM}>
        {since !== undefined && (
          <SinceBanner state={state} since={since} total={total} onSignOff={openSignOff && (() => openSignOff())} />
        )}
      </Suspense>
    </>
  );
}

/** Where to begin: its room is there from the start. */
export function StartHereRow({ tools: { state, period, startHere }, wide }: ToolsProps) {
  if (!wide || startHere.collapsed) return null;
  return (
    <Suspense fallback={<div className="h-8" />}>
      <StartHere
        state={state}
        inPeriod={period.open}
        onPeriod={period.setOpen}
        onCollapse={() => {
          startHere.setCollapsed(true);
          // They are behind this button now.
          requestAnimationFrame(() => document.querySelector<HTMLElement>("[data-slot=start-here]")?.focus());
        }}
      />
    </Suspense>
  );
}

/** The next step of what somebody began. */
export function Story({ tools, events }: { tools: PageTools; events: EventsState }) {
  const { state, query, total, period, openSignOff, openExport } = tools;
  const story = storyOf(state.filters);
  const StoryPanel = story && STORY_PANELS[story];
  return (
    <Suspense fallback={story === undefined ? PANEL_ROOM : STORY_ROOMS[story]}>
      {period.open && (
        <PeriodPanel
          state={state}
          total={total}
          onSignOff={openSignOff && (() => openSignOff())}
          onExport={openExport && (() => openExport())}
          signedOff={period.signedOff}
          exported={period.exported}
          onClose={() => period.setOpen(false)}
        />
      )}
      {StoryPanel && query !== undefined && <StoryPanel state={state} query={query} position={events.position} />}
    </Suspense>
  );
}

/** What opens over the page, and what is said in its corner. */
export function PageOverlays({ tools }: { tools: PageTools }) {
  const { state, query, matching, position, exporting, dialog, opener, close, said, say, period } = tools;
  const exported = exporting.state.phase === "done" && dialog !== "export" ? exporting.state : undefined;
  const dismiss = () => {
    say(undefined);
    if (exported) exporting.dismiss();
  };
  return (
    <>
      <Suspense>
        {dialog === "export" && (
          <ExportDialog
            state={state}
            exporting={exporting}
            query={query}
            total={matching}
            finalFocus={opener}
            onClose={close}
          />
        )}
        {dialog === "sign_off" && position !== undefined && (
          <SignOffDialog
            state={state}
            position={position}
            finalFocus={opener}
            onClose={close}
            onSignedOff={period.noteSignedOff}
          />
        )}
      </Suspense>
      <Toast onDismiss={dismiss}>
        {said ??
          (exported && (
            <>
              Exported {progressText(exported)}: <VisibleText value={exported.name} />
            </>
          ))}
      </Toast>
    </>
  );
}
