import type { Command } from "commander";

/** What Kubernetes and Docker set for a service: `DAYBOOK_PORT` is its address where the service is called `daybook`. No other name of ours is. */
const SERVICE_ADDRESS = /^(?:tcp|udp|sctp):\/\/\S+$/;
const SERVICE_NAME = /_PORT$/;

/**
 * Takes out of the environment what sets nothing: an empty variable, which orchestrators leave where a value was removed, and a service's
 * address.
 *
 * @returns a line for each variable that somebody may have meant.
 */
export function withoutWhatSetsNothing(program: Command, environment: NodeJS.ProcessEnv): string[] {
  const lines: string[] = [];
  for (const name of variablesOf(program)) {
    const value = environment[name];
    if (value === undefined) continue;
    if (value.trim() === "") delete environment[name];
    else if (SERVICE_NAME.test(name) && SERVICE_ADDRESS.test(value)) {
      delete environment[name];
      lines.push(
        `${name}=${value} is ignored: it is the address of a service, as Kubernetes sets it, and not a setting.`,
      );
    }
  }
  return lines;
}

function variablesOf(command: Command): Set<string> {
  const own = command.options.flatMap(({ envVar }) => envVar ?? []);
  return new Set([...own, ...command.commands.flatMap((child) => [...variablesOf(child)])]);
}
