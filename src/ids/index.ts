/** The follower that knows the id of every event, so that a retry gets its first receipt. */

export { Ids } from "./ids.ts";
export { idName } from "./key.ts";
