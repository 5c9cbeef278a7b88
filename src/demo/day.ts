import type { Context } from "@daybook/sdk";
import { changeTwoFactor, failToSignIn, signIn, signOut } from "./activities/account.ts";
import { ACTIVITIES_BY_PROGRAM, ACTIVITIES_BY_ROLE } from "./activities/by-role.ts";
import { prefixedId } from "./identifiers.ts";
import type { Random } from "./random.ts";
import { busyness } from "./rhythm.ts";
import { actingFor, type DemoEvent, personActor, programActor, type Scene, toEvent } from "./scene.ts";
import type { Organization, Person } from "./world.ts";

const IDLE_MAX_MS = 3 * 3_600_000;
const PROGRAM_SHARE = 0.14;
const FAILED_SIGN_IN_SHARE = 0.05;
/** Of the sessions of support people, those in which they act for somebody else. */
const ACTING_SHARE = 0.06;
/** A session holds this many activities on average, so one moment in so many begins a new one. */
const ACTIVITIES_PER_SESSION = 9;

interface Session {
  readonly person: Person;
  /** Whom a support person acts for in this session. */
  readonly actsFor: Person | undefined;
  readonly context: Context;
  remaining: number;
  lastMs: number;
}

/** One organization's working day: people sign in, do what their role does, and sign out; programs act in between. */
export class WorkingDay {
  private readonly organization: Organization;
  private readonly sessions: Session[] = [];

  constructor(organization: Organization) {
    this.organization = organization;
  }

  /** What happens next, at `atMs`; moments must not go back in time. */
  next(atMs: number, random: Random): DemoEvent {
    const scene: Scene = { organization: this.organization, random, atMs };
    if (random.chance(PROGRAM_SHARE)) return this.programActs(scene);
    const session = random.chance(1 / ACTIVITIES_PER_SESSION) ? undefined : this.takeSession(scene);
    return session === undefined ? this.arrive(scene) : this.goOn(scene, session);
  }

  private programActs(scene: Scene): DemoEvent {
    const program = scene.random.pick(scene.organization.programs);
    const context: Context = { request_id: prefixedId("req", scene.random) };
    if (program.ip !== undefined) context.ip = program.ip;
    if (program.userAgent !== undefined) context.user_agent = program.userAgent;
    if (scene.random.chance(0.5)) context.trace_id = traceId(scene.random);
    const activity = ACTIVITIES_BY_PROGRAM[program.type].pick(scene.random)(scene);
    const actor = programActor(program);
    // An agent works for whoever asked it to.
    return toEvent(scene, program.type === "agent" ? actingFor(actor, whoIsAwake(scene)) : actor, context, activity);
  }

  /** A session that is still in use; those left idle are forgotten on the way. */
  private takeSession({ random, atMs }: Scene): Session | undefined {
    while (this.sessions.length > 0) {
      const index = random.below(this.sessions.length);
      const session = this.sessions[index];
      if (session !== undefined && atMs - session.lastMs <= IDLE_MAX_MS) return session;
      this.forget(index);
    }
    return undefined;
  }

  private forget(index: number): void {
    const last = this.sessions.pop();
    if (last !== undefined && index < this.sessions.length) this.sessions[index] = last;
  }

  private arrive(scene: Scene): DemoEvent {
    const { random, atMs } = scene;
    const person = whoIsAwake(scene);
    const mobile = random.chance(0.12);
    const context: Context = {
      ip: mobile || random.chance(0.35) ? person.homeIp : person.site.officeIp,
      user_agent: mobile ? person.mobile : person.desktop,
      request_id: prefixedId("req", random),
    };
    if (random.chance(FAILED_SIGN_IN_SHARE)) {
      return toEvent(scene, personActor(person), context, failToSignIn(scene, person));
    }
    context.session_id = prefixedId("sess", random);
    const acting = person.role === "support" && random.chance(ACTING_SHARE);
    this.sessions.push({
      person,
      actsFor: acting ? random.pick(scene.organization.people.filter((other) => other !== person)) : undefined,
      context,
      remaining: random.between(1, 2 * ACTIVITIES_PER_SESSION - 3),
      lastMs: atMs,
    });
    return toEvent(scene, personActor(person), context, signIn(scene, person, random.chance(0.7)));
  }

  private goOn(scene: Scene, session: Session): DemoEvent {
    const { random, atMs } = scene;
    const { person, actsFor } = session;
    const actor = actsFor === undefined ? personActor(person) : actingFor(personActor(person), actsFor);
    const context: Context = { ...session.context, request_id: prefixedId("req", random) };
    if (random.chance(0.3)) context.trace_id = traceId(random);
    session.lastMs = atMs;
    session.remaining--;
    if (session.remaining < 0) {
      this.forget(this.sessions.indexOf(session));
      return toEvent(scene, actor, context, signOut(scene, person));
    }
    const activity = random.chance(0.004)
      ? changeTwoFactor(scene, person)
      : ACTIVITIES_BY_ROLE[person.role].pick(random)(scene);
    return toEvent(scene, actor, context, activity);
  }
}

/** Whoever of a few is at the busiest hour of their own day: most work happens where it is daytime. */
function whoIsAwake({ organization, random, atMs }: Scene): Person {
  let chosen = random.pick(organization.people);
  for (let look = 0; look < 2; look++) {
    const other = random.pick(organization.people);
    if (busyness(other.site, atMs) > 2 * busyness(chosen.site, atMs)) chosen = other;
  }
  return chosen;
}

function traceId(random: Random): string {
  return random.hex8() + random.hex8() + random.hex8() + random.hex8();
}
