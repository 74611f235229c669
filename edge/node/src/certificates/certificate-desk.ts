/**
 * The ledger of certificates beside the market's, as the doors see it: state, blocks and checkpoints of
 * its own, who is who on both, and how far the peg between them is carried.
 */

import type { EmbeddedEngine } from '@commonwatt/consensus';
import type { Ledger } from '@commonwatt/ledger';
import type { CheckpointDesk } from '../checkpoint-desk.ts';

/** Which way something crosses: out of the market's ledger, or back into it. */
export type CrossingWay = 'to certificates' | 'to market';

/** A crossing that the ledger it goes to did not take. It stays where it left until it is taken. */
export interface RefusedCrossing {
  readonly way: CrossingWay;
  readonly height: number;
  readonly receiptIndex: number;
  /** The refusal's code, such as `ranges_too_many`. */
  readonly code: string;
}

/** How far assets are carried between both ledgers. */
export interface RelayFigures {
  /** Why nothing is carried now; nothing while it works. */
  readonly standing: string | undefined;
  /** Batches that were sent, and crossings that arrived by them, since the node started. */
  readonly batches: number;
  readonly carried: number;
  /** The newest that were refused, at most 100. */
  readonly refused: readonly RefusedCrossing[];
}

export interface CertificateDesk {
  /** State, records by height, history and head, as of the last commit. */
  readonly ledger: Ledger;
  /** Its door: a transaction signed for its chain goes here, never to the market's engine. */
  readonly engine: EmbeddedEngine;
  /** Its signed heads. */
  readonly checkpoints: CheckpointDesk;
  /** Its number among the market's peers; nothing until operators named it there. */
  readonly peer: number | undefined;
  /** The market's number among its own peers. */
  readonly marketPeer: number | undefined;
  readonly relay: RelayFigures;
  /**
   * The member there who is a member of the market's ledger: the one with the same key. Nothing for who
   * has no key there.
   */
  memberOf(marketMember: number): number | undefined;
}
