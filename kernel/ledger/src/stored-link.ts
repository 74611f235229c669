/** Where two stored blocks do not link: which of them is the altered one. */

import { type BlockRecord, decodeRecord, headerHash } from './block.ts';
import { equalBytes } from './bytes.ts';
import type { Crypto, Storage } from './world.ts';

/** What a block is told that does not name the block before. */
export const NOT_LINKED = 'the previous hash does not link';

/** The height that is to blame, and why. */
export interface BrokenLink {
  readonly height: number;
  readonly reason: string;
}

/**
 * A block does not name the hash of the block before. When its own hash is what its successor or
 * the head names, it stands as it was and the block before was altered; otherwise it was itself.
 */
export function blameLink(
  storage: Storage,
  crypto: Crypto,
  { header }: BlockRecord,
  height: number,
): BrokenLink {
  const hash = headerHash(crypto, header);
  const later = storage.record(height + 1);
  const next = later && readStored(later);
  const kept = storage.head();
  const named = typeof next === 'object' ? next.header.parent : undefined;
  const isNamed =
    (named !== undefined && equalBytes(named, hash)) ||
    (kept?.height === height && equalBytes(kept.hash, hash));
  if (isNamed && height > 0) {
    const reason = 'the block is not the one that the next block names as previous';
    return { height: height - 1, reason };
  }
  return { height, reason: NOT_LINKED };
}

/** The record, or why its bytes are none. */
export function readStored(bytes: Uint8Array): BlockRecord | string {
  try {
    return decodeRecord(bytes);
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
}
