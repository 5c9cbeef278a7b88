import type { SessionPrincipal } from "../../src/identity/principals.ts";
import type { Role } from "../../src/identity/vocabulary.ts";
import { ACME, cookieHeaders, type Desk, type OpenDesk, ORIGIN } from "./fixture.ts";

export const PASSWORD = "a horse of another colour";

/** Acme with its owner, who owns the platform too, and whoever joins by invitation. */
export class Company {
  readonly desk: Desk;
  readonly owner: SessionPrincipal;

  private constructor(desk: Desk, owner: SessionPrincipal) {
    this.desk = desk;
    this.owner = owner;
  }

  static async open(openDesk: OpenDesk): Promise<Company> {
    const desk = await openDesk();
    return new Company(desk, await principal(desk, await desk.setUp()));
  }

  get members() {
    return this.desk.identity.members;
  }

  get invitations() {
    return this.desk.identity.invitations;
  }

  /** A new person: `ben` becomes Ben of ben@example.com. */
  async join(name: string, role: Role, organization = ACME.id): Promise<SessionPrincipal> {
    const { token } = await this.invite(name, role, organization);
    return this.accept(token, name);
  }

  invite(name: string, role: Role, organization = ACME.id, by = this.owner) {
    const invitation = { email: `${name}@example.com`, role };
    return this.invitations.create(organization, invitation, by, ORIGIN);
  }

  async accept(token: string, name: string): Promise<SessionPrincipal> {
    const input = { token, name: name.charAt(0).toUpperCase() + name.slice(1), password: PASSWORD };
    const { setCookies } = await this.invitations.accept(input, undefined, ORIGIN, new Headers());
    return principal(this.desk, cookieHeaders(setCookies));
  }

  /** The roles there are, by name. */
  async roles(organization = ACME.id): Promise<Record<string, Role>> {
    const members = await this.members.list(organization, this.owner);
    return Object.fromEntries(members.map(({ name, role }) => [name, role]));
  }
}

async function principal(desk: Desk, headers: Headers): Promise<SessionPrincipal> {
  const found = await desk.identity.authenticate(headers);
  if (found.type !== "session") throw new Error("these headers are no session's");
  return found;
}
