import { energy } from '@commonwatt/units';
import { expect, test } from 'vitest';
import { hashOf, testingCrypto } from '../execution/testing-ledger.test-support.ts';
import { settlementModule } from '../settlement/module.ts';
import { BareLedger, BEGIN_MS } from '../wallet/testing/bare-ledger.ts';
import { grantEntitlement } from './entitlements.ts';
import { lockEntitlement } from './lock-entitlement.ts';
import type { Grant } from './messages.ts';
import { certificatesModule } from './module.ts';

test('what crossed to one ledger never crosses to a second: it would be certified twice', () => {
  const ledger = new BareLedger(testingCrypto.sha256, [settlementModule, certificatesModule]);
  const member = ledger.member();
  const grant: Grant = {
    member,
    kind: 'renewable',
    source: hashOf('deal'),
    fromMs: BEGIN_MS,
    untilMs: BEGIN_MS + 1,
    technology: 'wind',
    region: 'A',
    energy: energy(5n),
  };
  grantEntitlement(ledger.context(), grant);
  const context = { ...ledger.context(), actor: { member, key: new Uint8Array(32) } } as never;
  expect(lockEntitlement(context, 1, grant)).toEqual({ grant, version: 1 });
  grantEntitlement(ledger.context(), { ...grant, energy: energy(4n) });
  const second = lockEntitlement(context, 2, grant);
  expect(second).toEqual({ code: 'entitlement_locked', version: 2, peer: 1 });
  expect(lockEntitlement(context, 1, grant)).toMatchObject({ version: 2, grant: { energy: 4n } });
});
