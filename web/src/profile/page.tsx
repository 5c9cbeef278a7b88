import { LogOut } from "lucide-react";
import { SettingsRow } from "../settings/settings-row.tsx";
import { PageTitle } from "../shell/page-title.tsx";
import { useSession, useSignOut } from "../shell/session.ts";
import { setTheme, THEME_LABELS, THEMES, useTheme } from "../theme/theme.ts";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { NameRow } from "./name-row.tsx";
import { PasswordRow } from "./password-row.tsx";
import { Sessions } from "./sessions.tsx";
import { SingleKeysRow } from "./single-keys-row.tsx";
import { TwoFactorRow } from "./two-factor-row.tsx";

function Appearance() {
  const theme = useTheme();
  return (
    <fieldset className="flex rounded-lg border border-border bg-muted p-0.5">
      <legend className="sr-only">Appearance</legend>
      {THEMES.map((choice) => (
        <label
          key={choice}
          className="flex h-8 cursor-pointer items-center rounded-md px-3 text-sm text-muted-foreground has-checked:bg-card has-checked:font-medium has-checked:text-foreground has-checked:shadow-sm has-focus-visible:outline-2 has-focus-visible:outline-ring max-lg:h-11"
        >
          <input
            type="radio"
            name="theme"
            value={choice}
            checked={theme === choice}
            onChange={() => setTheme(choice)}
            className="sr-only"
          />
          {THEME_LABELS[choice]}
        </label>
      ))}
    </fieldset>
  );
}

export function ProfileTab() {
  const { user } = useSession();
  const signOut = useSignOut();
  return (
    <>
      <PageTitle>Profile</PageTitle>
      <Card aria-label="Profile" className="divide-y divide-border">
        <NameRow user={user} />
        <SettingsRow label="E-mail">
          <VisibleText value={user.email} />
        </SettingsRow>
        <SettingsRow label="Appearance">
          <Appearance />
        </SettingsRow>
        <SingleKeysRow />
      </Card>
      <Card aria-label="Signing in" className="divide-y divide-border">
        <PasswordRow email={user.email} />
        <TwoFactorRow user={user} />
        <SettingsRow label="Current session">
          <Button variant="outline" onClick={() => signOut()}>
            <LogOut aria-hidden /> Sign out
          </Button>
        </SettingsRow>
      </Card>
      <Sessions />
    </>
  );
}
