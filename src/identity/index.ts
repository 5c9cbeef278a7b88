/** Who asks, and what they can do: users, sessions, organizations, members, API keys. */

export type { Access } from "./access.ts";
export type {
  AlertAct,
  AlertFields,
  Channel,
  Firing,
  NewFiring,
  Notice,
  Receiver,
  StoredAlert,
  StoredAlerts,
} from "./alert-contract.ts";
export { noSuchOrganization, roleForbids } from "./authority.ts";
export { type Manager, requireScope } from "./authorization.ts";
export { columnLayout } from "./column-layout.ts";
export type { Identity } from "./contract.ts";
export { copyIdentity } from "./copy-to-postgres.ts";
export { openDelivered } from "./delivered-events.ts";
export { type Act, actorOf, isOfIdentity, ownEvent } from "./events.ts";
export { openIdentity } from "./identity.ts";
export {
  acceptanceInput,
  alertName,
  codeInput,
  credentials,
  invitationToken,
  newInvitation,
  newKeyRequest,
  newPasswordInput,
  newSavedView,
  organizationChange,
  organizationNaming,
  parseInput,
  passwordAgain,
  personNaming,
  reviewRequest,
  roleChange,
  savedViewChange,
  setUpRequest,
  signInLink,
  streamName,
  viewerTokenRequest,
} from "./input.ts";
export type { KeyInfo } from "./key-contract.ts";
export { type IdentityCommand, OPERATOR, runOperatorCommand } from "./operator-commands.ts";
export type { Actor, Deliver, DeliveredEvent, DeliveredEvents, DeliveredPlace, OwnEvent } from "./own-events.ts";
export type { PasswordCost } from "./passwords.ts";
export { type Invitation, type Member, type OrganizationInfo, PERSONAL_IDS } from "./people-contract.ts";
export {
  mayGrant,
  ownsPlatform,
  PERMISSIONS,
  type Permission,
  permissionsOf,
  permits,
  visitorPermissions,
} from "./permissions.ts";
export type { KeyPrincipal, Origin, Principal, SessionPrincipal, ViewerPrincipal } from "./principals.ts";
export type { SessionInfo } from "./profile-contract.ts";
export type { SavedView } from "./saved-view-contract.ts";
export { sessionToken } from "./sessions.ts";
export type { StoredStream, StreamAct } from "./stream-contract.ts";
export { VIEWER_TOKEN_MAX_MS } from "./viewer-token-contract.ts";
export { PLATFORM_ORGANIZATION, ROLES, SCOPES, type Scope } from "./vocabulary.ts";
