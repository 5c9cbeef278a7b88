/** What reading the logs is called where it is not permitted. */
export const READING = {
  permission: "audit_log.read",
  what: "audit logs",
  gerund: "Reading audit logs",
} as const;
