import { useNavigate } from "@tanstack/react-router";
import type { AskedCommands, Command } from "../audit-logs/commands/commands.ts";
import { useLogAccess } from "../audit-logs/log-access.ts";
import { organizationPages } from "../settings/organization-pages.ts";
import { visibleText } from "../text/visible.ts";

/** Other pages, other organizations. */
export function usePlaceCommands(): AskedCommands {
  const { console: around, organization, permissions } = useLogAccess();
  const navigate = useNavigate();
  if (around === undefined) return { commands: [], loading: false, failures: [] };
  const pages = organizationPages({ permissions }).filter(({ to }) => to !== "/settings/organization/audit-logs");
  const commands: readonly Command[] = [
    ...pages.map(({ to, title }): Command => ({ group: "Settings", label: title, run: () => void navigate({ to }) })),
    { group: "Settings", label: "Profile", run: () => void navigate({ to: "/settings/profile" }) },
    ...around.organizations
      .filter(({ id }) => id !== organization.id)
      .map(
        ({ id, name }): Command => ({
          group: "Organization",
          id,
          label: visibleText(name),
          detail: id,
          run: () => around.switchTo(id),
        }),
      ),
  ];
  return { commands, loading: false, failures: [] };
}
