import { ClipboardCheck } from "lucide-react";
import { type ComponentType, Suspense } from "react";
import { useLogAccess } from "../audit-logs/log-access.ts";
import type { SlotProps } from "../audit-logs/slots.ts";
import { lazyPart } from "../shell/lazy-part.tsx";
import { MenuToCome } from "../shell/menu-to-come.tsx";
import { useLastSignOff } from "./last-sign-off-context.ts";
import type { SignOffProps } from "./sign-off-dialog.tsx";
import { SIGN_OFF } from "./use-open-sign-off.ts";

const Menu = lazyPart(() => import("./review-menu.tsx"));
const SinceBanner = lazyPart(() => import("./since-banner.tsx"));
const BANNER_ROOM = <div className="h-11.5 max-lg:h-38.5" />;

/** Reviews are a person's: a viewer token has none. */
export function ReviewMenu({ tools }: SlotProps) {
  if (useLogAccess().member === undefined) return null;
  return (
    <Suspense fallback={<MenuToCome name="Review" icon={ClipboardCheck} />}>
      <Menu tools={tools} />
    </Suspense>
  );
}

/** These rows are what was recorded since a review. */
export function Since({ tools }: SlotProps) {
  const { since } = tools.state.filters;
  return (
    <Suspense fallback={BANNER_ROOM}>{since !== undefined && <SinceBanner tools={tools} since={since} />}</Suspense>
  );
}

interface SignOffOverlayProps extends SlotProps {
  readonly Dialog: ComponentType<SignOffProps>;
}

/** Signs off what the page shows, while that is asked for. */
export function SignOff({ tools, Dialog }: SignOffOverlayProps) {
  const { state, query, position, dialog, opener, close } = tools;
  const { note } = useLastSignOff();
  return (
    <Suspense>
      {dialog === SIGN_OFF && position !== undefined && (
        <Dialog
          state={state}
          position={position}
          finalFocus={opener}
          onClose={close}
          onSignedOff={() => note(query?.toString())}
        />
      )}
    </Suspense>
  );
}
