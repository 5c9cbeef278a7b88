import { Weighted } from "../random.ts";
import type { MakeActivity } from "../scene.ts";
import type { PersonRole, Program } from "../world.ts";
import { expireSession } from "./account.ts";
import { changeBilling, changeMembers, changeOrganization, createKey, deleteKey, reviewLog } from "./administration.ts";
import { connectChannel, createChannel, deleteChannel, disconnectChannel, sendMessage } from "./channels.ts";
import { deleteRecords, purgeExpired, updateRecord } from "./data.ts";
import { createArticle, deleteArticle, updateArticle } from "./knowledge.ts";

const administrator = new Weighted<MakeActivity>([
  [20, changeMembers],
  [6, changeOrganization],
  [6, createKey],
  [5, deleteKey],
  [8, reviewLog],
  [6, changeBilling],
  [8, connectChannel],
  [4, createChannel],
  [2, deleteChannel],
  [10, updateArticle],
  [12, updateRecord],
]);

/** What people of a role do, and how often. */
export const ACTIVITIES_BY_ROLE: Readonly<Record<PersonRole, Weighted<MakeActivity>>> = {
  owner: administrator,
  admin: administrator,
  developer: new Weighted([
    [46, updateRecord],
    [10, deleteRecords],
    [1, createKey],
    [1, deleteKey],
    [7, connectChannel],
    [5, disconnectChannel],
    [8, updateArticle],
  ]),
  editor: new Weighted([
    [12, createArticle],
    [58, updateArticle],
    [5, deleteArticle],
    [8, sendMessage],
  ]),
  support: new Weighted([
    [52, sendMessage],
    [26, updateRecord],
    [12, updateArticle],
    [2, createArticle],
  ]),
  auditor: new Weighted([[1, reviewLog]]),
  member: new Weighted([
    [30, sendMessage],
    [18, updateArticle],
    [22, updateRecord],
    [5, createArticle],
    [2, deleteRecords],
  ]),
};

/** What programs do by themselves. */
export const ACTIVITIES_BY_PROGRAM: Readonly<Record<Program["type"], Weighted<MakeActivity>>> = {
  api_key: new Weighted([
    [60, updateRecord],
    [30, sendMessage],
    [4, createArticle],
  ]),
  service: new Weighted([
    [50, sendMessage],
    [30, updateRecord],
    [3, changeBilling],
  ]),
  agent: new Weighted([
    [60, sendMessage],
    [25, updateArticle],
    [8, createArticle],
  ]),
  system: new Weighted([
    [30, expireSession],
    [20, purgeExpired],
  ]),
};
