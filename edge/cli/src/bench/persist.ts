/**
 * What durability costs: the same blocks of individually signed orders, their signatures already
 * checked, through the pipeline with its store and through the pipeline without one.
 */

import { LmdbStorage, sha256 } from '@commonwatt/consensus';
import type { Crypto, Storage } from '@commonwatt/ledger';
import type { Bench } from './figure.ts';
import { compare, wallSeconds } from './figure.ts';
import { inTemporaryFolder } from './temporary-folder.ts';
import { pieces, Trading, TradingLedger } from './trading.ts';

const MEMBERS = 200;
const BLOCK_TRANSACTIONS = 5000;
const BLOCKS_PER_ROUND = 2;

/** The signatures were checked when they were made. */
const checked: Crypto = { sha256, verify: () => true };

/** A store that keeps nothing. */
class NoStorage implements Storage {
  genesis(): undefined {}
  async putGenesis(): Promise<void> {}
  head(): undefined {}
  lastHeight(): undefined {}
  record(): undefined {}
  async append(): Promise<void> {}
  async close(): Promise<void> {}
}

export const persist: Bench = () =>
  inTemporaryFolder(async (folder) => {
    // The balance map stays outside, as in the other benches.
    const trading = new Trading({ members: MEMBERS, checkpointBlocks: 1_000_000 });
    const storage = new LmdbStorage(folder);
    const durable = await TradingLedger.begin(trading, { crypto: checked, storage });
    const fleeting = await TradingLedger.begin(trading, {
      crypto: checked,
      storage: new NoStorage(),
    });
    const rounds: Uint8Array[][][] = [];
    /** Both sides take the same blocks of a round, whichever comes first. */
    const blocksOf = (round: number): Uint8Array[][] => {
      rounds[round] ??= pieces(
        trading.sign(BLOCK_TRANSACTIONS * BLOCKS_PER_ROUND, 1),
        BLOCK_TRANSACTIONS,
      );
      delete rounds[round - 1];
      return rounds[round];
    };
    const rate = async (ledger: TradingLedger, round: number): Promise<number> => {
      const blocks = blocksOf(round);
      const seconds = await wallSeconds(async () => {
        for (const block of blocks) await ledger.takenBlock(block);
      });
      return (BLOCK_TRANSACTIONS * BLOCKS_PER_ROUND) / seconds;
    };
    try {
      return [
        await compare({
          name: 'persist',
          unit: 'orders per second',
          ours: (round) => rate(durable, round),
          yardstick: (round) => rate(fleeting, round),
        }),
      ];
    } finally {
      await storage.close();
    }
  });
