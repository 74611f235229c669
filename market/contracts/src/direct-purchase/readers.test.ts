import { describe, expect, test } from 'vitest';
import {
  directContractsOf,
  directContractsOfRound,
  directListingsOf,
  directPositionsOf,
  directTokensOf,
} from './readers.ts';
import { deliveringPlants } from './testing/delivering.ts';
import { mwh } from './testing/direct-ledger.ts';

describe('readers', () => {
  test('contracts and positions of a member, before and after it is paid', () => {
    const all = deliveringPlants();
    const { ledger, buyer, wind, thermal } = all;
    const numbers = (member: number) =>
      directContractsOf(ledger.state, member).map(([{ contract }]) => contract);
    expect([buyer, wind, thermal].map(numbers)).toEqual([[0, 1, 2], [0, 2], [1]]);
    expect(directContractsOfRound(ledger.state, 1)).toHaveLength(3);
    expect(directListingsOf(ledger.state, 1).map(([member]) => member)).toEqual([
      buyer,
      wind,
      thermal,
    ]);
    const [before] = directPositionsOf(ledger.state, thermal);
    expect(before).toMatchObject({
      round: 1,
      side: 'seller',
      contracts: 1,
      energy: 4_700_000n,
      injected: mwh(5n),
      delivered: 0n,
      amount: 0n,
    });
    expect(before?.held).toBe(directTokensOf(ledger.state, thermal).held);
    ledger.deliverAll((contract) => (contract === 1 ? { fedIn: mwh(4n) } : {}));
    ledger.transferAll();
    const [after] = directPositionsOf(ledger.state, thermal);
    expect(after).toMatchObject({ delivered: mwh(4n), held: 0n, charges: 700_000n * 50_000n });
    expect(after?.amount).toBe(ledger.contract(1).paid?.sellerGets);
    const [bought] = directPositionsOf(ledger.state, buyer);
    expect(bought).toMatchObject({ side: 'buyer', contracts: 3, charges: 0n });
    expect(directPositionsOf(ledger.state, ledger.centre)).toEqual([]);
  });
});
