/** What reading the logs is called where it is not permitted. */
export const READING = {
  permission: "audit_log.read",
  deed: "read the audit logs",
  gerund: "Reading audit logs",
} as const;
