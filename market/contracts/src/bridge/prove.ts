/**
 * The proof that something left a ledger, made from that ledger's blocks: by its node, by a relayer, or
 * by a member's own device that has them.
 */

import {
  type BlockRecord,
  type Crypto,
  decode,
  encode,
  eventCodec,
  type HistoryTree,
  headerCodec,
  inclusionProof,
  receiptLeafHashes,
} from '@commonwatt/ledger';
import { crossingLeft } from './events.ts';
import { type Advance, type Crossing, type CrossingProof, crossingCodec } from './messages.ts';
import { signedHeadOf } from './signed-head.ts';

/** A ledger's committed blocks: `Ledger` is one. */
export interface PeerBlocks {
  readonly history: HistoryTree;
  record(height: number): BlockRecord | undefined;
}

/** A crossing where it stands in its ledger. */
export interface FoundCrossing {
  readonly height: number;
  readonly receiptIndex: number;
  readonly crossing: Crossing;
}

/** What left in a block, in the order of its events. */
export function crossingsIn({ header, receipts }: BlockRecord): readonly FoundCrossing[] {
  const found: FoundCrossing[] = [];
  for (let at = header.transactionCount; at < receipts.length; at++) {
    const event = decode(eventCodec, receipts[at] as Uint8Array, 'event');
    if (event.type !== crossingLeft.type) continue;
    const crossing = decode(crossingCodec, event.body, crossingLeft.name);
    found.push({ height: header.height, receiptIndex: at, crossing });
  }
  return found;
}

/**
 * @param place `peer` is the ledger's number where the proof goes, `size` that of a head taken there
 * @throws RangeError for a block that is not below that size
 */
export function proveCrossing(
  crypto: Crypto,
  blocks: PeerBlocks,
  place: Pick<FoundCrossing, 'height' | 'receiptIndex'> & Pick<CrossingProof, 'peer' | 'size'>,
): CrossingProof {
  const { peer, size, height, receiptIndex } = place;
  const record = blocks.record(height);
  const receipt = record?.receipts[receiptIndex];
  if (record === undefined || receipt === undefined) {
    throw new RangeError(`crossing: expected receipt ${receiptIndex} at height ${height}`);
  }
  const leaves = receiptLeafHashes(crypto, record.receipts);
  return {
    peer,
    size,
    header: encode(headerCodec, record.header),
    headerProof: blocks.history.inclusionProof(height, size),
    receipt,
    receiptIndex,
    receiptProof: inclusionProof(crypto.sha256, leaves, receiptIndex),
  };
}

/** The step of a peer from the head it was known by to one that it signed. */
export function advanceTo(
  blocks: PeerBlocks,
  { peer, note, takenSize }: { readonly peer: number; readonly note: string; takenSize: number },
): Advance {
  const head = signedHeadOf(note);
  const consistency = takenSize === 0 ? [] : blocks.history.consistencyProof(takenSize, head.size);
  return { peer, head, consistency };
}
