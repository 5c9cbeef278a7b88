/** The page that all of this is about. */
export const AUDIT_LOGS = "/settings/organization/audit-logs";
