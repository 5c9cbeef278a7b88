/** The actions Daybook knows by name, in the order a reader is offered them. Any other well-formed action is as good. */
export const BUILT_IN_ACTIONS = [
  "auth.login",
  "auth.logout",
  "api_key.create",
  "api_key.delete",
  "knowledge.create",
  "knowledge.update",
  "knowledge.delete",
  "channel.create",
  "channel.connect",
  "channel.disconnect",
  "channel.delete",
  "message.send",
  "db.update",
  "db.delete",
  "organization.create",
  "organization.update",
  "member.add",
  "member.invite",
  "member.role_update",
  "member.remove",
  "session.revoke",
  "two_factor.enable",
  "two_factor.disable",
  "audit_log.view",
  "audit_log.export",
  "audit_log.review",
] as const;

/** An action's family is what is before its first dot: `api_key.create` belongs to `api_key`. */
export function actionFamily(action: string): string {
  const dot = action.indexOf(".");
  return dot < 0 ? action : action.slice(0, dot);
}
