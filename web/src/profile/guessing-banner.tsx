import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ShieldAlert } from "lucide-react";
import { dismissPasswordGuessing } from "../api/profile.ts";
import { useRefreshSession, useSession } from "../shell/session.ts";
import { Button } from "../ui/button.tsx";
import { buttonVariants } from "../ui/button-variants.ts";
import { Banner } from "../ui/notice.tsx";

/** Tells people that somebody guesses their password, until they dismiss it. */
export default function GuessingBanner() {
  const { user } = useSession();
  const refresh = useRefreshSession();
  const { mutate, isPending } = useMutation({
    mutationFn: async () => {
      await dismissPasswordGuessing();
      await refresh();
    },
    throwOnError: true,
  });
  if (user.password_guessing === null) return null;
  const { failures, networks } = user.password_guessing;
  return (
    <Banner
      tone="caution"
      icon={ShieldAlert}
      className="mb-5"
      actions={
        <>
          {!user.two_factor && (
            <Link to="/settings/profile" className={buttonVariants({ variant: "outline", size: "small" })}>
              Set up two-factor
            </Link>
          )}
          <Button variant="ghost" size="small" disabled={isPending} onClick={() => mutate()}>
            Dismiss
          </Button>
        </>
      }
    >
      Someone is guessing your password: {failures} wrong {failures === 1 ? "password" : "passwords"} from {networks}{" "}
      {networks === 1 ? "network" : "networks"} in 7 days.
    </Banner>
  );
}
