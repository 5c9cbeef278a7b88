import { useState } from "react";
import { disableTwoFactor } from "../api/profile.ts";
import type { User } from "../api/session.ts";
import { SettingsRow } from "../settings/settings-row.tsx";
import { useRefreshSession } from "../shell/session.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { PasswordStep } from "./password-step.tsx";
import { TwoFactorSetupDialog } from "./two-factor-setup.tsx";

/** A second factor by an authenticator app: whether it is on, and turning it on and off. */
export function TwoFactorRow({ user }: { user: User }) {
  return (
    <SettingsRow label="Two-factor authentication">
      <span className="flex flex-wrap items-center gap-3">
        <Badge variant={user.two_factor ? "default" : "outline"}>{user.two_factor ? "On" : "Off"}</Badge>
        {user.two_factor ? <TurnOff /> : <TwoFactorSetupDialog />}
      </span>
    </SettingsRow>
  );
}

function TurnOff() {
  const refreshSession = useRefreshSession();
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      title="Turn off two-factor?"
      description="After that your password is enough to sign in. Your recovery codes stop working."
      trigger={<Button variant="outline">Turn off</Button>}
    >
      <PasswordStep
        action="Turn off"
        destructive
        onCancel={() => setOpen(false)}
        submit={async (password) => {
          await disableTwoFactor(password);
          setOpen(false);
          await refreshSession();
        }}
      />
    </Dialog>
  );
}
