import { Lock } from "lucide-react";
import { Fragment } from "react";
import type { Permission } from "../api/schema.ts";
import { Notice, RequestId } from "../ui/notice.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { ROLES_WITH } from "./roles-with.ts";

interface NoPermissionProps {
  /** Absent where nobody is signed in. */
  readonly organization: { readonly name: string; readonly role?: string };
  readonly permission: Permission;
  /** As in "You don't have access to audit logs". */
  readonly what: string;
  /** The same as a subject: "Reading audit logs". */
  readonly gerund: string;
  readonly requestId?: string | undefined;
}

/** In place of what one cannot see: which role can, and whom to ask. */
export default function NoPermission({ organization, permission, what, gerund, requestId }: NoPermissionProps) {
  const roles = ROLES_WITH[permission];
  const name = <VisibleText value={organization.name} />;
  return (
    <Notice icon={Lock} title={`You don't have access to ${what}`} role="alert">
      <p className="mt-2 max-w-full text-pretty text-muted-foreground [overflow-wrap:anywhere]">
        {organization.role !== undefined && (
          <>
            Your role in {name} is <strong className="font-medium text-foreground">{organization.role}</strong>.{" "}
          </>
        )}
        {gerund} needs the role{" "}
        {roles.map((role, place) => (
          <Fragment key={role}>
            {place > 0 && (place === roles.length - 1 ? " or " : ", ")}
            <strong className="font-medium text-foreground">{role}</strong>
          </Fragment>
        ))}
        : ask an owner or admin of {name} to change yours.
      </p>
      <p className="mt-4 empty:hidden">
        <RequestId id={requestId} />
      </p>
    </Notice>
  );
}
