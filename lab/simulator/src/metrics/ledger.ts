/** What the ledger did for it, in virtual time. None of these is defined where a study runs without one. */

import type { LedgerResult } from '../study/results.ts';
import { percentile, ratio, total } from './exact.ts';
import type { MetricRule } from './metric-rule.ts';

const QUANTILES = [50, 95] as const;

export const LEDGER_METRICS: readonly MetricRule[] = [
  {
    name: 'blocks',
    unit: 'count',
    meaning: 'Blocks of the run.',
    better: null,
    byDay: false,
    value: ({ ledger }) => ledger?.blocks ?? null,
  },
  {
    name: 'transactions_per_second',
    unit: '1/s',
    meaning: 'Transactions by the virtual time of all slots: what the community asks of a ledger.',
    better: null,
    byDay: false,
    value: ({ ledger, slots, slotMs }) =>
      ledger === null
        ? null
        : ratio(BigInt(ledger.transactions) * 1_000n, BigInt(slots.length) * BigInt(slotMs)),
  },
  ...QUANTILES.map((percent) =>
    milliseconds({
      name: `block_interval_p${percent}`,
      meaning: `Virtual time from a block to the next that ${percent} per cent of blocks keep, by nearest rank.`,
      percent,
      of: ({ blockIntervalsMs }) => blockIntervalsMs,
    }),
  ),
  ...QUANTILES.map((percent) =>
    milliseconds({
      name: `finality_p${percent}`,
      meaning: `Virtual time from the close of a slot’s gate to the block with its trades that ${percent} per cent of slots keep, by nearest rank.`,
      percent,
      of: ({ finalityMs }) => finalityMs,
    }),
  ),
  {
    name: 'bytes_per_transaction',
    unit: 'byte',
    meaning: 'Bytes of all blocks by transactions.',
    better: 'less',
    byDay: false,
    value: ({ ledger }) =>
      ledger === null ? null : ratio(BigInt(ledger.bytes), BigInt(ledger.transactions)),
  },
  {
    name: 'bytes_per_settled_kwh',
    unit: 'byte/kWh',
    meaning: 'Bytes of all blocks by traded energy.',
    better: 'less',
    byDay: false,
    value: ({ ledger, slots }) =>
      ledger === null
        ? null
        : ratio(
            BigInt(ledger.bytes) * 1_000n,
            total(slots, ({ tradedWh }) => tradedWh),
          ),
  },
];

function milliseconds(quantile: {
  readonly name: string;
  readonly meaning: string;
  readonly percent: number;
  readonly of: (ledger: LedgerResult) => readonly number[];
}): MetricRule {
  const { name, meaning, percent, of } = quantile;
  return {
    name,
    unit: 'ms',
    meaning,
    better: 'less',
    byDay: false,
    value: ({ ledger }) => (ledger === null ? null : percentile(of(ledger), percent)),
  };
}
