import { describe, expect, test } from 'vitest';
import { ACTION } from '../action-types.ts';
import { lockCodec } from '../bridge/messages.ts';
import {
  expectDone,
  grantOf,
  lockEntitlementOf,
  nano,
  twoLedgers,
  wh,
} from '../bridge/testing/two-ledgers.ts';
import {
  action,
  GENESIS_MS,
  hashOf,
  TestingLedger,
} from '../execution/testing-ledger.test-support.ts';
import { parameters } from '../parameters.ts';
import { certificatesMoved } from './events.ts';
import { certificatesModule } from './module.ts';
import { change } from './ranges.ts';
import { entitlements } from './state.ts';
import { BareCertificates, nanoPerWh, stretch } from './testing/bare-certificates.ts';
import { offerCertificates } from './trade.ts';

describe('a ledger of certificates', () => {
  test('is one by its genesis document; a market’s has none of its actions', async () => {
    const market = await TestingLedger.create();
    expect(market.state.get(parameters, 0)?.certificateLedger).toBeUndefined();
    const genesis = { certificateLedger: { periodOriginMs: GENESIS_MS, periodLengthMs: 1000 } };
    const certificates = await TestingLedger.create({ genesis });
    expect(certificates.state.get(parameters, 0)?.certificateLedger).toEqual(
      genesis.certificateLedger,
    );
    const bare = new BareCertificates();
    const ana = bare.member();
    bare.state.set(parameters, 0, { currency: 'EUR', recoveryDelayMs: 0 });
    const message = {
      ...stretch(1, 0, 1),
      to: ana,
      price: nanoPerWh(1),
      priceMost: nanoPerWh(1),
      beneficiary: '',
      duty: 'quota',
      period: 0,
    };
    const others = certificatesModule.actions.filter(({ type }) => type !== ACTION.openRenewable);
    expect(others).toHaveLength(8);
    for (const one of others) expect(bare.code(ana, one, message)).toBe('wrong_ledger');
  });

  test('has periods of some length', async () => {
    const genesis = { certificateLedger: { periodOriginMs: 0, periodLengthMs: 0 } };
    await expect(TestingLedger.create({ genesis })).rejects.toThrow('periodLengthMs');
  });
});

test('an event of certificates that stay is for their holder alone, of a sale for both', () => {
  const { audience } = certificatesMoved;
  if (audience === 'public') throw new Error('expected members');
  const moved = { ...stretch(1, 0, 1), step: 'bought', price: undefined } as const;
  expect(audience({ ...moved, from: 1, to: 2 })).toEqual([1, 2]);
  expect(audience({ ...moved, from: 1, to: 1 })).toEqual([1]);
});

test('a change of more than a range has is a mistake of ours', () => {
  const ledger = new BareCertificates();
  const ana = ledger.member();
  ledger.arrives(ana, 'renewable', 10);
  const context = ledger.context();
  expect(() => change(context, stretch(1, 0, 11), {}, 'transferred')).toThrow('certificates 1/0');
  expect(() => change(context, stretch(1, 0, 0), {}, 'transferred')).toThrow('certificates 1/0');
  expect(() => change(context, stretch(2, 0, 1), {}, 'transferred')).toThrow('certificates 2/0');
});

test('an issuance falls into so many ranges and no more', () => {
  const ledger = new BareCertificates();
  const ana = ledger.member();
  ledger.arrives(ana, 'renewable', 5000);
  let code = 'done';
  let first = 0;
  for (; first < 5000 && code === 'done'; first++) {
    code = ledger.code(ana, offerCertificates, { ...stretch(1, first, 1), price: nanoPerWh(1) });
  }
  expect([first, code]).toEqual([4096, 'ranges_too_many']);
  expect(ledger.arrives(ana, 'renewable', 5001)?.code).toBe('ranges_too_many');
  expect(ledger.arrives(ana, 'renewable', 4000)).toBeUndefined();
  ledger.endBlock();
});

describe('an entitlement crosses', () => {
  const granted = async (kind: 'renewable' | 'green' | 'quota' | 'obligation') => {
    const { market } = await twoLedgers();
    const key = { member: market.ledger.member('ana').number, kind, source: hashOf('deal') };
    const production = { fromMs: GENESIS_MS, untilMs: GENESIS_MS + 1, region: 'A' } as const;
    const grant = { ...key, ...production, technology: 'thermal' as const, energy: wh(5) };
    await expectDone(market, 'officer', grantOf(grant));
    return { market, key, grant };
  };

  test.each(['renewable', 'green'] as const)(
    'by its member’s will where it is %s',
    async (kind) => {
      const { market, key } = await granted(kind);
      expect(await market.ledger.run('ben', lockEntitlementOf(key))).toEqual([
        'entitlement_not_yours',
      ]);
      expect(await market.ledger.run('ana', lockEntitlementOf(key))).toEqual(['done']);
    },
  );

  test.each(['quota', 'obligation'] as const)('by anyone where it is a duty: %s', async (kind) => {
    const { market, key } = await granted(kind);
    expect(await market.ledger.run('ben', lockEntitlementOf(key))).toEqual(['done']);
    expect(await market.ledger.run('ben', lockEntitlementOf(key))).toEqual(['entitlement_locked']);
  });

  test('once a version, always to the same ledger, and only where it was granted', async () => {
    const { market, key, grant } = await granted('renewable');
    await expectDone(market, 'ana', lockEntitlementOf(key));
    expect(market.ledger.state.get(entitlements, key)).toMatchObject({
      lockedVersion: 1,
      lockedPeer: 2,
    });
    await expectDone(market, 'officer', grantOf({ ...grant, energy: wh(4) }));
    const unknown = { ...key, source: hashOf('no deal') };
    expect(await market.ledger.run('ana', lockEntitlementOf(unknown))).toEqual([
      'entitlement_unknown',
    ]);
    const away = { peer: 7, amount: nano(0), entitlement: key };
    expect(await market.ledger.run('ana', action(ACTION.lockAsset, lockCodec, away))).toEqual([
      'peer_unknown',
    ]);
    expect(await market.ledger.run('ben', lockEntitlementOf(key))).toEqual(['done']);
  });
});
