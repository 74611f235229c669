import { energy } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { hashOf, testingCrypto } from '../execution/testing-ledger.test-support.ts';
import { BareLedger } from '../wallet/testing/bare-ledger.ts';
import { entitlementOf, grantEntitlement } from './entitlements.ts';
import type { Grant } from './messages.ts';
import { certificatesModule } from './module.ts';

const grant: Grant = {
  member: 1,
  kind: 'renewable',
  source: hashOf('deal 1'),
  fromMs: 0,
  untilMs: 3_600_000,
  technology: 'wind',
  region: 'A',
  energy: energy(5_000_000n),
};
const bare = () => new BareLedger(testingCrypto.sha256, [certificatesModule]);

describe('a granted entitlement', () => {
  test('stands under its member, kind and source, and is told', () => {
    const ledger = bare();
    grantEntitlement(ledger.context(), grant);
    expect(entitlementOf(ledger.state, grant)).toMatchObject({ energy: 5_000_000n, version: 1 });
    expect(ledger.named('entitlement granted')).toEqual([{ grant, version: 1 }]);
    for (const other of [
      { ...grant, member: 2 },
      { ...grant, kind: 'green' as const },
      { ...grant, source: hashOf('deal 2') },
    ]) {
      expect(entitlementOf(ledger.state, other)).toBeUndefined();
    }
  });

  test('again with the same energy changes nothing; with other energy it is a correction', () => {
    const ledger = bare();
    grantEntitlement(ledger.context(), grant);
    grantEntitlement(ledger.context(), grant);
    expect(ledger.named('entitlement granted')).toHaveLength(1);
    grantEntitlement(ledger.context(), { ...grant, energy: energy(0n) });
    expect(entitlementOf(ledger.state, grant)).toMatchObject({ energy: 0n, version: 2 });
    grantEntitlement(ledger.context(), { ...grant, energy: energy(7n) });
    expect(entitlementOf(ledger.state, grant)).toMatchObject({ energy: 7n, version: 3 });
  });

  test('of nothing is none', () => {
    const ledger = bare();
    grantEntitlement(ledger.context(), { ...grant, energy: energy(0n) });
    expect(entitlementOf(ledger.state, grant)).toBeUndefined();
    expect(ledger.events).toEqual([]);
  });

  test.each([{ fromMs: 1 }, { untilMs: 1 }, { technology: 'other' as const }, { region: 'B' }])(
    'keeps its production: %o is a mistake of the caller',
    (change) => {
      const ledger = bare();
      grantEntitlement(ledger.context(), grant);
      const changed = { ...grant, ...change, energy: energy(1n) };
      expect(() => grantEntitlement(ledger.context(), changed)).toThrow('entitlement.');
    },
  );
});
