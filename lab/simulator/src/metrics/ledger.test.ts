import { describe, expect, test } from 'vitest';
import { LEDGER_METRICS } from './ledger.ts';
import { metric, run, slot } from './run.test-support.ts';

describe('the ledger', () => {
  const ledger = {
    blocks: 3,
    transactions: 90,
    bytes: 45_000,
    blockIntervalsMs: [4_000, 2_000, 3_000],
    finalityMs: [1_000, 9_000, 2_000, 4_000],
  };
  const measured = run({ slots: [slot({ tradedWh: 1_500 }), slot({ tradedWh: 500 })], ledger });

  test.each([
    ['blocks', 3],
    // 90 in two quarter hours.
    ['transactions_per_second', 0.05],
    ['block_interval_p50', 3_000],
    ['block_interval_p95', 4_000],
    ['finality_p50', 2_000],
    ['finality_p95', 9_000],
    ['bytes_per_transaction', 500],
    ['bytes_per_settled_kwh', 22_500],
  ])('%s', (name, expected) => expect(metric(name, measured)).toBe(expected));

  test('says nothing where there is none', () => {
    const values = LEDGER_METRICS.map((rule) => rule.value(run({ slots: [slot()] })));
    expect(new Set(values)).toEqual(new Set([null]));
  });
});
