/** The follower that signs: Merkle trees over the entries, their checkpoints and proofs. */

export type { KeptSignature } from "./checkpoint-store.ts";
export type { Integrity, Predecessor, SignedCheckpoint, TreeReader } from "./contract.ts";
export { StoredCheckpoints, StoredTrees, type Unreadable } from "./inspect.ts";
export { LeafPositions } from "./leaf-positions.ts";
export { checkpointOrigin, signaturesOf } from "./signer.ts";
export { signingCommandOf } from "./signing-command.ts";
export {
  type ListedKey,
  listKeys,
  runSigningKeyCommand,
  type SigningKeyCommand,
  signingKeyInput,
} from "./signing-key-commands.ts";
export { OVERLAP_DAYS, SigningKeys } from "./signing-keys.ts";
export { recordSuccession } from "./succession.ts";
export { EMPTY_ROOT, HASH_BYTES, nodeHash, TILE_HEIGHT, TILE_WIDTH, Tile } from "./tile.ts";
export { Tree } from "./tree.ts";
