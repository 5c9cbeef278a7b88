/** What one may do in an organization; the names are the server's. */
export type Permission =
  | "audit_log.read"
  | "audit_log.export"
  | "audit_log.review"
  | "api_key.read"
  | "api_key.manage"
  | "member.read"
  | "member.manage"
  | "owner.manage"
  | "organization.read"
  | "organization.update"
  | "organization.create"
  | "organization.read_any"
  | "integrity.verify";
