import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { BareMarket } from '../market/testing/bare-market.ts';
import { feederOf } from './feeder.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());

test('a feeder is what the first meter in use says that names one', () => {
  const ledger = new BareMarket(sha256);
  const member = ledger.trader();
  const feeder = () => feederOf(ledger.state, member);
  ledger.meter(member, '');
  ledger.meter(member, 'west', { retiredMs: 1 });
  ledger.meter(member, 'west', { measures: 'feeder' });
  ledger.meter(member, 'west', { revokedMs: 1 });
  ledger.meter(ledger.trader(), 'west');
  expect(feeder()).toBeUndefined();
  ledger.meter(member, 'north');
  ledger.meter(member, 'west');
  expect(feeder()).toBe('north');
});
