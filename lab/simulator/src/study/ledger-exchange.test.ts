import { describe, expect, test } from 'vitest';
import { ranWith, scenarioOf } from './studies.test-support.ts';

describe('a study over a ledger', () => {
  test('the contracts give what the mechanism alone gives, and its accounts agree to the nano', async () => {
    const off = await ranWith(scenarioOf({}, 4));
    const memory = await ranWith(scenarioOf({ ledger: 'memory' }, 4));
    expect(memory.result.slots).toEqual(off.result.slots);
    const bought = ({ result }: typeof off) => result.members.map(({ boughtWh }) => boughtWh);
    expect(bought(memory)).toEqual(bought(off));
    expect(memory.result.ledger?.transactions).toBeGreaterThan(100);
    expect(memory.rows.network?.length).toBe(memory.result.ledger?.blocks);
    expect(memory.result.ledger?.finalityMs.length).toBeGreaterThan(0);
  });
});
