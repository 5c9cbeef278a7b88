/**
 * What packed entries have in common: the field names of headers and bodies in the order in which they are left by `pack`, the built-in
 * actions, kinds of actors, roles, outcomes, usual words of descriptions, and the beginnings of usual user agents. Deflate refers back to it
 * from the first entry of a block. It holds nothing of any real entry.
 *
 * Written once and for all: a segment that was compressed with it can be read with exactly these bytes only. What is frequent comes
 * last, where references are shortest.
 */
const USER_AGENTS = [
  "python-requests/2.32.3",
  "Go-http-client/2.0",
  "curl/8.7.1",
  "okhttp/4.12.0",
  "node",
  "axios/1.7.7",
  "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:133.0) Gecko/20100101 Firefox/133.0",
  "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
];

const WORDS =
  " failed: invalid credentials expired not found permission denied rate limited timeout email phone address status active " +
  "inactive enabled disabled true false null production staging development reason method password passkey sso mfa browser api " +
  "web mobile duration_ms size_bytes count version region plan price amount currency name title type role owner admin member viewer " +
  "editor Invited Removed Added Granted Revoked Changed Created Updated Deleted Connected Disconnected Exported Viewed Sent Signed in " +
  "with from the role of to as for an a user key organization session document project workspace channel message invoice database row";

const ACTIONS = [
  "audit_log.review",
  "audit_log.export",
  "audit_log.view",
  "two_factor.disable",
  "two_factor.enable",
  "session.revoke",
  "member.remove",
  "member.role_update",
  "member.invite",
  "member.add",
  "organization.update",
  "organization.create",
  "channel.delete",
  "channel.disconnect",
  "channel.connect",
  "channel.create",
  "knowledge.delete",
  "knowledge.update",
  "knowledge.create",
  "api_key.delete",
  "api_key.create",
  "auth.logout",
  "auth.login",
  "message.send",
  "db.delete",
  "db.update",
];

const TYPES = [
  "subscription",
  "integration",
  "permission",
  "workspace",
  "project",
  "invoice",
  "audit_log",
  "organization",
  "two_factor",
  "database",
  "knowledge",
  "document",
  "channel",
  "message",
  "session",
  "api_key",
  "member",
  "user",
  "file",
  "row",
];

const BODIES = [
  `,"actor":{"name":"","on_behalf_of":{"name":"","email":""}},"target_names":["",null],"description":"","context":{"ip_text":"`,
  `"},"changes":[{"path":"/role","before":"member","after":"admin"},{"path":"/name","before":null,"after":"`,
  `"},{"path":"/status","before":false,"after":true}],"metadata":{"method":"sso","reason":"","attempt":1,"tags":["`,
  `","context":{"ip":"2001:db8::","user_agent":"","trace_id":"","session_id":"sess_","request_id":"req_`,
  `","context":{"ip":"203.0.113.1","user_agent":"`,
  `"},"metadata":{"`,
  `"},"changes":[{"path":"`,
  `,"resource":{"name":""},"description":"`,
  `,"actor":{"name":"","email":"@example.com"},"resource":{"name":"`,
  `"},"description":"`,
];

const HEADERS = [
  `,"clock_at":"2026-01-01T00:00:00.000Z","source":{"type":"import","id":"`,
  ...TYPES.map((type) => `"},"resource":{"type":"${type}","id":"`),
  ...ACTIONS.map((action) => `${action}","outcome":"success","actor":{"type":"user","id":"`),
  `"outcome":"unknown","actor":{"type":"anonymous"},"resource":{"type":"`,
  `"outcome":"denied","actor":{"type":"system","id":"`,
  `"outcome":"failure","actor":{"type":"service","id":"`,
  `"actor":{"type":"agent","id":"","role":"","on_behalf_of":{"type":"user","id":"","role":"owner"}},"resource":{"type":"`,
  `"actor":{"type":"api_key","id":"key_`,
  `","role":"viewer"},"resource":{"type":"`,
  `","role":"owner"},"resource":{"type":"`,
  `","role":"admin"},"resource":{"type":"`,
  `"},"targets":[{"type":"user","id":"`,
  `"},{"type":"`,
  `","role":"member"},"resource":{"type":"`,
  `,"source":{"type":"daybook"`,
  `,"source":{"type":"api_key","id":"`,
  `","outcome":"success","actor":{"type":"user","id":"user_`,
  `","role":"member"},"resource":{"type":"`,
  `","id":"`,
  `"}`,
];

const USER_AGENT_FIELDS = USER_AGENTS.map((agent) => `","user_agent":"${agent}"`).join("");

export const DICTIONARY: Uint8Array = Buffer.from([USER_AGENT_FIELDS, WORDS, ...BODIES, ...HEADERS].join(""), "latin1");
