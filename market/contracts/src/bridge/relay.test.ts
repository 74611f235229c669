import { describe, expect, test } from 'vitest';
import { ACTION } from '../action-types.ts';
import { entitlementOf } from '../certificates/entitlements.ts';
import { sources } from '../certificates/state.ts';
import { GENESIS_MS, hashOf, testingCrypto } from '../execution/testing-ledger.test-support.ts';
import { carryActions, relayActions } from './relay.ts';
import { arrivals } from './state.ts';
import {
  CERTIFICATES,
  carry,
  expectDone,
  FINALITY_BLOCKS,
  fund,
  grantOf,
  lockCoin,
  lockEntitlementOf,
  MARKET,
  nano,
  type SigningLedger,
  twoLedgers,
  wh,
} from './testing/two-ledgers.ts';

const carried = (from: SigningLedger, to: SigningLedger, fromHeight = 0) =>
  relayActions(testingCrypto, {
    from: from.ledger.ledger,
    note: from.note(),
    to: to.ledger.state,
    toChain: to.ledger.chain,
    fromHeight,
  });

describe('what is to be carried', () => {
  test('is the head and a proof of each crossing that is final; nothing before', async () => {
    const { market, certificates } = await twoLedgers();
    await fund(market, 'ana', nano(10));
    await expectDone(market, 'ana', lockCoin(nano(1)), lockCoin(nano(2)));
    expect(carried(market, certificates).actions).toEqual([]);
    await market.blocks(FINALITY_BLOCKS);
    const { actions, nextHeight } = carried(market, certificates);
    expect(actions.map(({ type }) => type)).toEqual([
      ACTION.advancePeer,
      ACTION.claimAsset,
      ACTION.claimAsset,
    ]);
    expect(nextHeight).toBe(market.ledger.height - FINALITY_BLOCKS);
    await expectDone(certificates, 'ben', ...actions);
    const after = carried(market, certificates, nextHeight);
    expect(after).toEqual({ actions: [], nextHeight: nextHeight + 1 });
    expect(certificates.free('ana')).toBe(3n);
  });

  test('waits for a holder who is no member yet, and holds up nobody else', async () => {
    const { market, certificates } = await twoLedgers();
    await market.ledger.enrol('dora', {});
    await fund(market, 'dora', nano(10));
    await fund(market, 'ana', nano(10));
    await expectDone(market, 'dora', lockCoin(nano(4)));
    await expectDone(market, 'ana', lockCoin(nano(3)));
    await carry(market, certificates);
    expect(certificates.free('ana')).toBe(3n);
    const { actions, nextHeight } = carried(market, certificates);
    expect(actions).toEqual([]);
    expect(nextHeight).toBeLessThan(market.ledger.height - FINALITY_BLOCKS);
    await certificates.ledger.enrol('dora', {});
    await expectDone(certificates, 'ben', ...carried(market, certificates, nextHeight).actions);
    expect(certificates.free('dora')).toBe(4n);
  });

  test('leaves out a version that a later one has overtaken', async () => {
    const { market, certificates } = await twoLedgers();
    const grant = {
      member: market.ledger.member('ana').number,
      kind: 'renewable' as const,
      source: hashOf('deal'),
      fromMs: GENESIS_MS,
      untilMs: GENESIS_MS + 1,
      technology: 'wind' as const,
      region: 'A',
      energy: wh(50),
    };
    const { member, kind, source } = grant;
    await expectDone(market, 'officer', grantOf(grant));
    await expectDone(market, 'ana', lockEntitlementOf({ member, kind, source }));
    await market.blocks(FINALITY_BLOCKS);
    const late = carried(market, certificates).actions;
    await expectDone(market, 'officer', grantOf({ ...grant, energy: wh(20) }));
    const corrections = carryActions(market.ledger.state, CERTIFICATES);
    expect(corrections).toHaveLength(1);
    await expectDone(market, 'ben', ...corrections);
    await market.blocks(FINALITY_BLOCKS);
    const all = carried(market, certificates).actions;
    // The second arrives first: the first is refused then, and not carried again.
    const [head, , second] = all;
    if (head === undefined || second === undefined) throw new Error('expected three actions');
    await expectDone(certificates, 'ana', head, second);
    expect(await certificates.ledger.run('ana', ...late.slice(1))).toEqual(['head_unknown']);
    expect(await certificates.ledger.run('ana', ...all.slice(1, 2))).toEqual(['source_claimed']);
    expect(carried(market, certificates).actions).toEqual([]);
    const key = { peer: MARKET, member, kind, source };
    expect(certificates.ledger.state.get(sources, key)).toMatchObject({ version: 2, energy: 20n });
    expect(certificates.ledger.state.size(arrivals)).toBe(1);
    expect(entitlementOf(market.ledger.state, grant)?.lockedVersion).toBe(2);
  });

  test('of ledgers that do not know each other is a mistake of who asks', async () => {
    const one = await twoLedgers();
    const other = await twoLedgers(['ana', 'ben', 'cleo']);
    expect(() => carried(one.market, other.certificates)).toThrow('relay: expected a ledger');
  });
});
