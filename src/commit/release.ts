import { VERSION } from "../package-info.ts";

/** Which Daybook a node runs, as far as the other nodes depend on it. */
export interface Release {
  readonly version: string;
  readonly generation: number;
}

/**
 * This Daybook. `generation` counts the changes of what nodes share: the tables, what is in them, and what nodes send each other. A release that
 * changes this adds 1. It reads what the generation before it writes, and writes only what the generation before it reads: then nodes can be upgraded
 * one by one, in any order.
 */
export const RELEASE: Release = { version: VERSION, generation: 1 };

/** How many generations nodes that run at the same time can be apart. */
const STEPS = 1;

/** @returns why a node cannot follow a leader, in words; undefined where it can. */
export function incompatibility(own: Release, leader: Release): string | undefined {
  const steps = own.generation - leader.generation;
  if (Math.abs(steps) <= STEPS) return undefined;
  const older = steps < 0 ? "this node" : "the other nodes";
  return `The node that leads runs Daybook ${leader.version}, and this node runs ${own.version}. Nodes of these two versions cannot run together. First upgrade ${older} to a version in between. See docs/upgrading.md, Several nodes.`;
}
