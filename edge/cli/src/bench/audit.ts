/**
 * What an auditor needs beside the signatures: a stored ledger of individually signed orders is
 * executed again from its bytes and compared, against the bare verification of its signatures.
 */

import {
  LmdbStorage,
  OneThreadCrypto,
  openLmdbStorage,
  quickestCrypto,
} from '@commonwatt/consensus';
import { ruleBook } from '@commonwatt/contracts';
import { auditLedger } from '@commonwatt/ledger';
import { BareVerify, verifyRate } from './bare-verify.ts';
import type { Bench } from './figure.ts';
import { compare, cpuSeconds } from './figure.ts';
import { inTemporaryFolder } from './temporary-folder.ts';
import { pieces, Trading, TradingLedger } from './trading.ts';

const MEMBERS = 100;
const TRANSACTIONS = 10_000;
const BLOCK_TRANSACTIONS = 2500;
const VERIFIED_PER_ROUND = 3000;

export const audit: Bench = (report) =>
  inTemporaryFolder(async (folder) => {
    const trading = new Trading({ members: MEMBERS, checkpointBlocks: 1_000_000 });
    const transactions = trading.sign(TRANSACTIONS, 1);
    await build(folder, trading, transactions);
    const signed = new BareVerify().prepare(transactions.slice(0, VERIFIED_PER_ROUND));
    const genesisSeconds: number[] = [];
    const figure = await compare({
      name: 'audit',
      unit: 'transactions per CPU second',
      ours: async () => {
        const { whole, genesis } = await auditSeconds(folder);
        genesisSeconds.push(genesis);
        return TRANSACTIONS / whole;
      },
      yardstick: () => verifyRate(signed),
    });
    const seconds = Math.min(...genesisSeconds).toFixed(2);
    report(`genesis, part of the figure: ${seconds} s to judge the keys of ${MEMBERS} founders`);
    return [figure];
  });

async function build(
  folder: string,
  trading: Trading,
  transactions: readonly Uint8Array[],
): Promise<void> {
  const storage = new LmdbStorage(folder);
  try {
    const crypto = new OneThreadCrypto();
    const ledger = await TradingLedger.begin(trading, { crypto, storage });
    for (const block of pieces(transactions, BLOCK_TRANSACTIONS)) await ledger.takenBlock(block);
  } finally {
    await storage.close();
  }
}

/** Processor time of a whole audit, and of its part up to the genesis block. */
async function auditSeconds(folder: string): Promise<{ whole: number; genesis: number }> {
  const storage = openLmdbStorage(folder, { readOnly: true });
  const begin = process.cpuUsage();
  let genesis = 0;
  try {
    const whole = await cpuSeconds(async () => {
      const result = await auditLedger(storage, ruleBook, quickestCrypto(), (height) => {
        if (height > 0) return;
        const { user, system } = process.cpuUsage(begin);
        genesis = (user + system) / 1e6;
      });
      if (!result.clean || result.transactions !== TRANSACTIONS || result.refused !== 0) {
        throw new Error(`bench: expected a clean audit of ${TRANSACTIONS} transactions`);
      }
    });
    return { whole, genesis };
  } finally {
    await storage.close();
  }
}
