/**
 * What the platform costs beside the signature: individually signed orders, or batches of them,
 * decoded, verified, executed, hashed into their block and made durable, against the bare
 * verification of signatures alone. Individually signed orders are verified by node:crypto on both
 * sides, so that what is left is the platform's own cost.
 */

import { LmdbStorage, OneThreadCrypto, quickestCrypto } from '@commonwatt/consensus';
import { BareVerify, verifyRate } from './bare-verify.ts';
import type { Bench } from './figure.ts';
import { compare, cpuSeconds, type Figure, ROUNDS } from './figure.ts';
import { inTemporaryFolder } from './temporary-folder.ts';
import { pieces, Trading, TradingLedger } from './trading.ts';

interface Load {
  readonly name: string;
  readonly unit: string;
  /** Orders in one signed transaction. */
  readonly ordersEach: number;
  readonly transactionsPerBlock: number;
  readonly blocksPerRound: number;
  /** Signatures that the yardstick verifies in a round. */
  readonly verifiedPerRound: number;
  /** Whether ours verifies as the yardstick does, or as quickly as the machine can. */
  readonly verifier: 'node' | 'quickest';
}

export const ingest: Bench = (report) =>
  measure(report, {
    name: 'ingest',
    unit: 'orders per CPU second',
    ordersEach: 1,
    transactionsPerBlock: 5000,
    blocksPerRound: 1,
    verifiedPerRound: 3000,
    verifier: 'node',
  });

export const batch: Bench = (report) =>
  measure(report, {
    name: 'batch',
    unit: 'actions per CPU second',
    ordersEach: 100,
    transactionsPerBlock: 100,
    blocksPerRound: 1,
    verifiedPerRound: 1000,
    verifier: 'quickest',
  });

const MEMBERS = 200;

function measure(report: (line: string) => void, load: Load): Promise<readonly Figure[]> {
  return inTemporaryFolder(async (folder) => {
    const measuredBlocks = load.blocksPerRound * (ROUNDS.most + 2);
    const trading = new Trading({ members: MEMBERS, checkpointBlocks: measuredBlocks + 1 });
    const storage = new LmdbStorage(folder);
    const crypto = load.verifier === 'node' ? new OneThreadCrypto() : quickestCrypto();
    const ledger = await TradingLedger.begin(trading, { crypto, storage });
    try {
      const figure = await compareWithVerify(load, trading, ledger);
      await reportCheckpoint(report, ledger);
      return [figure];
    } finally {
      await storage.close();
    }
  });
}

async function compareWithVerify(
  load: Load,
  trading: Trading,
  ledger: TradingLedger,
): Promise<Figure> {
  const { ordersEach, transactionsPerBlock, blocksPerRound, verifiedPerRound } = load;
  const members = trading.signers.length;
  const bare = new BareVerify();
  // Individually signed orders for the yardstick: fresh ones in every round, as ours are.
  const single = new Trading({ members, checkpointBlocks: 1 });
  return compare({
    name: load.name,
    unit: load.unit,
    ours: async () => {
      const blocks = pieces(
        trading.sign(transactionsPerBlock * blocksPerRound, ordersEach),
        transactionsPerBlock,
      );
      const seconds = await cpuSeconds(async () => {
        for (const block of blocks) await ledger.takenBlock(block);
      });
      return (blocks.length * transactionsPerBlock * ordersEach) / seconds;
    },
    yardstick: () => verifyRate(bare.prepare(single.sign(verifiedPerRound, 1))),
  });
}

/** The balance map takes up everything since the genesis block in one checkpoint. */
async function reportCheckpoint(
  report: (line: string) => void,
  ledger: TradingLedger,
): Promise<void> {
  const every = ledger.ledger.genesis.checkpointBlocks;
  while (((ledger.ledger.head?.height ?? 0) + 1) % every !== 0) await ledger.block([]);
  const seconds = await cpuSeconds(() => ledger.block([]));
  report(`balance map, outside the loop: ${(seconds * 1000).toFixed(0)} ms for one checkpoint`);
}
