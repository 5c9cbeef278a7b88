import type { Activity, Scene } from "../scene.ts";
import type { Person } from "../world.ts";

const METHODS = ["password", "single sign-on", "a passkey", "a magic link"] as const;

export function signIn(scene: Scene, person: Person, mfa: boolean): Activity {
  const method = scene.random.pick(METHODS);
  return {
    action: "auth.login",
    resource: { type: "user", id: person.id, name: person.name },
    description: `Signed in with ${method === "password" ? "a password" : method}.`,
    metadata: { method, mfa, city: person.site.city },
  };
}

export function failToSignIn(scene: Scene, person: Person): Activity {
  const reason = scene.random.pick(["wrong password", "expired link", "second factor not confirmed"]);
  return {
    action: "auth.login",
    outcome: "failure",
    resource: { type: "user", id: person.id, name: person.name },
    description: `Sign-in failed: ${reason}.`,
    metadata: { reason, attempt: scene.random.between(1, 3) },
  };
}

export function signOut(scene: Scene, person: Person): Activity {
  return {
    action: "auth.logout",
    resource: { type: "user", id: person.id, name: person.name },
    description: "Signed out.",
    metadata: { session: { length_min: scene.random.between(3, 480) } },
  };
}

export function changeTwoFactor(scene: Scene, person: Person): Activity {
  const enable = scene.random.chance(0.8);
  return {
    action: enable ? "two_factor.enable" : "two_factor.disable",
    resource: { type: "user", id: person.id, name: person.name },
    description: enable ? "Turned on two-factor sign-in." : "Turned off two-factor sign-in.",
    changes: [{ path: "two_factor.enabled", before: !enable, after: enable }],
    metadata: { factor: scene.random.pick(["totp", "security key"]), recovery_codes: enable ? 10 : 0 },
  };
}

export function expireSession({ organization, random }: Scene): Activity {
  const person = random.pick(organization.people);
  return {
    action: "session.revoke",
    resource: { type: "session", id: `sess_${random.hex8()}${random.hex8()}` },
    targets: [{ type: "user", id: person.id, name: person.name }],
    description: `Ended an idle session of ${person.name}.`,
    metadata: { reason: "idle", idle_min: random.between(240, 720) },
  };
}
