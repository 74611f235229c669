/**
 * What a node keeps in memory: after a million orders, and after a day of a thousand members. There
 * is nothing to compare it with, so it stands on standard error alone.
 */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { sha256 } from '@commonwatt/consensus';
import type { Crypto, Storage } from '@commonwatt/ledger';
import { QUARTER_HOUR_MS } from '@commonwatt/units';
import type { Bench } from './figure.ts';
import { GATE_LEAD_MS, orderAction, TRADING_FROM_MS, Trading, TradingLedger } from './trading.ts';

const MEMBERS = 1000;
const SLOTS_PER_DAY = 96;
const MILLION_MEMBERS = 500;
const MILLION_BLOCKS = 100;
const BLOCK_BATCHES = 100;
const BATCH_ORDERS = 100;
const MEGABYTE = 1_048_576;

/** Blocks go to disk and are not kept; signatures were checked at the door. */
const checked: Crypto = { sha256, verify: () => true };
const nowhere: Storage = {
  genesis: () => undefined,
  putGenesis: async () => undefined,
  head: () => undefined,
  lastHeight: () => undefined,
  record: () => undefined,
  append: async () => undefined,
  close: async () => undefined,
};

export const memory: Bench = async (report) => {
  await afterADay(report);
  await afterAMillion(report);
  return [];
};

/** Every member sends one batch of a day's orders; then every quarter hour a gate closes and clears. */
async function afterADay(report: (line: string) => void): Promise<void> {
  const before = usedBytes();
  const trading = new Trading({ members: MEMBERS, checkpointBlocks: SLOTS_PER_DAY });
  const ledger = await TradingLedger.begin(trading, { crypto: checked, storage: nowhere });
  const begun = usedBytes();
  for (let first = 0; first < MEMBERS; first += BLOCK_BATCHES) {
    const batches = Array.from({ length: BLOCK_BATCHES }, (_, at) =>
      trading.signActions(first + at, dayOrders(first + at), TRADING_FROM_MS),
    );
    await ledger.takenBlock(batches);
  }
  const ordered = usedBytes();
  for (let slot = 1; slot <= SLOTS_PER_DAY + 1; slot++) {
    await ledger.block([], TRADING_FROM_MS + slot * QUARTER_HOUR_MS - GATE_LEAD_MS);
  }
  const over = usedBytes();
  const megabytes = [begun, ordered, over].map((bytes) => shown(bytes - before));
  report(
    `a day of ${MEMBERS} members, ${MEMBERS * SLOTS_PER_DAY} orders: ${megabytes[0]} at genesis, ` +
      `${megabytes[1]} with all orders open, ${megabytes[2]} when all slots are cleared`,
  );
}

/** Half the members produce in a slot and half consume, in turns. */
function dayOrders(member: number) {
  return Array.from({ length: SLOTS_PER_DAY }, (_, at) =>
    orderAction({
      member,
      slotMs: TRADING_FROM_MS + (at + 1) * QUARTER_HOUR_MS,
      side: (member + at) % 2 === 0 ? 'sell' : 'buy',
    }),
  );
}

async function afterAMillion(report: (line: string) => void): Promise<void> {
  const before = usedBytes();
  const trading = new Trading({ members: MILLION_MEMBERS, checkpointBlocks: 1_000_000 });
  const ledger = await TradingLedger.begin(trading, { crypto: checked, storage: nowhere });
  for (let block = 0; block < MILLION_BLOCKS; block++) {
    await ledger.takenBlock(trading.sign(BLOCK_BATCHES, BATCH_ORDERS));
  }
  const orders = MILLION_BLOCKS * BLOCK_BATCHES * BATCH_ORDERS;
  const used = usedBytes() - before;
  report(
    `${orders} open orders: ${shown(used)}, ${(used / orders).toFixed(0)} bytes an order; ` +
      `the whole process ${shown(process.memoryUsage().rss)}`,
  );
}

/** Memory that is in use once what nobody needs any more is collected. */
function usedBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + Math.max(external, arrayBuffers);
}

function shown(bytes: number): string {
  return `${(bytes / MEGABYTE).toFixed(0)} MiB`;
}
