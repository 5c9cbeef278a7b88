import { actionFamily } from "@daybook/sdk";

/** An OCSF class and the activity within it. */
export interface OcsfClass {
  readonly category: number;
  readonly class: number;
  readonly activity: number;
}

const iam = (uid: number, activity: number): OcsfClass => ({ category: 3, class: 3000 + uid, activity });
const application = (uid: number, activity: number): OcsfClass => ({ category: 6, class: 6000 + uid, activity });

export const ACCOUNT_CHANGE = 3001;
export const AUTHENTICATION = 3002;
export const ENTITY_MANAGEMENT = 3004;
export const USER_ACCESS = 3005;
export const GROUP_MANAGEMENT = 3006;
export const API_ACTIVITY = 6003;
export const DATASTORE_ACTIVITY = 6005;

/** The activity that every class has. */
export const OTHER = 99;

const BY_ACTION = new Map<string, OcsfClass>(
  Object.entries({
    "auth.login": iam(2, 1),
    "auth.logout": iam(2, 2),
    "session.revoke": iam(2, 2),
    "auth.password_change": iam(1, 3),
    "two_factor.enable": iam(1, 10),
    "two_factor.disable": iam(1, 11),
    "user.create": iam(1, 1),
    "user.update": iam(1, OTHER),
    "user.delete": iam(1, 6),
    "member.add": iam(6, 3),
    "member.remove": iam(6, 4),
    "member.role_update": iam(5, 1),
  }),
);

/** By family, if the action itself is not listed: what its verb means in the class. */
const BY_FAMILY = new Map<string, (verb: string) => OcsfClass>(
  Object.entries({
    auth: () => iam(2, OTHER),
    two_factor: () => iam(1, OTHER),
    user: () => iam(1, OTHER),
    api_key: (verb: string) => iam(4, ENTITY_VERBS.get(verb) ?? OTHER),
    organization: (verb: string) => iam(4, ENTITY_VERBS.get(verb) ?? OTHER),
    member: (verb: string) => iam(4, ENTITY_VERBS.get(verb) ?? OTHER),
    stream: (verb: string) => iam(4, ENTITY_VERBS.get(verb) ?? OTHER),
    db: (verb: string) => application(5, DATASTORE_VERBS.get(verb) ?? OTHER),
  }),
);

const ENTITY_VERBS = new Map(Object.entries({ create: 1, add: 1, invite: 1, read: 2, update: 3, delete: 4 }));

const DATASTORE_VERBS = new Map(
  Object.entries({
    read: 1,
    update: 2,
    connect: 3,
    query: 4,
    write: 5,
    create: 6,
    insert: 6,
    delete: 7,
    list: 8,
  }),
);

const API_VERBS = new Map(
  Object.entries({
    create: 1,
    add: 1,
    send: 1,
    read: 2,
    view: 2,
    list: 2,
    export: 2,
    update: 3,
    delete: 4,
    remove: 4,
  }),
);

/** Every action has a class: an unknown action is activity of an API. */
export function ocsfClassOf(action: string): OcsfClass {
  const family = actionFamily(action);
  const verb = action.slice(family.length + 1);
  return BY_ACTION.get(action) ?? BY_FAMILY.get(family)?.(verb) ?? application(3, API_VERBS.get(verb) ?? OTHER);
}
