import { useLocation, useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import { mayOpen } from "./permissions.ts";
import { useSession } from "./session.ts";

/** Goes to another of one's organizations: stays on the page where it has something to show there, too. */
export function useSwitchOrganization(): (organization: string) => void {
  const { organizations } = useSession();
  const navigate = useNavigate();
  const pathname = useLocation({ select: ({ pathname }) => pathname });
  return useCallback(
    (org) => {
      const next = organizations.find(({ id }) => id === org);
      const to = next === undefined || mayOpen(next, pathname) ? "." : "/settings/organization";
      void navigate({ to, search: { org } });
    },
    [organizations, navigate, pathname],
  );
}
