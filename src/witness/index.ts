/** Cosigning checkpoints of other logs, and collecting cosignatures of our own. */

export { Witness, type WitnessedLog, witnessedLog } from "./add-checkpoint.ts";
export { Gatherer } from "./gatherer.ts";
export { WitnessKey } from "./witness-key.ts";
export { witnessServer } from "./witness-server.ts";
export { WitnessStore } from "./witness-store.ts";
