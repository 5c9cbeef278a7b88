import type { EntryPacking } from "../../packing.ts";
import type { StoredBlock } from "../contract.ts";
import { PlacedCrc } from "../format.ts";
import type { UnpackMemory } from "../unpack-memory.ts";
import { type Block, decodeBlock } from "./block.ts";
import { blockPlace } from "./window.ts";

/** Decodes a block that was read as it is, in whatever thread. @param memory that its entries are unpacked into. @throws LogCorruption */
export function decodeStored(stored: Omit<StoredBlock, "wanted">, packing: EntryPacking, memory: UnpackMemory): Block {
  const { bytes, path, offset, logId, firstPosition, window, firstOrdinal, block } = stored;
  const place = blockPlace({ crc: new PlacedCrc(logId), firstPosition }, window, block);
  const frame = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return decodeBlock(frame, { ...place, path, offset, firstOrdinal }, packing, memory);
}
