/** Every action in every order, corrections among them: no Wh has two certificates, none is lost. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { certificatesStanding } from './compliance.ts';
import { ranges } from './state.ts';
import { BareCertificates, nanoPerWh, wh } from './testing/bare-certificates.ts';
import {
  buyCertificates,
  offerCertificates,
  transferCertificates,
  withdrawOffer,
} from './trade.ts';
import { countCertificates, freeExcess, retireCertificates, settleDebt } from './use.ts';

const ACTIONS = [
  transferCertificates,
  offerCertificates,
  withdrawOffer,
  buyCertificates,
  retireCertificates,
  countCertificates,
  freeExcess,
  settleDebt,
] as const;

const step = fc.record({
  what: fc.integer({ min: -4, max: ACTIONS.length - 1 }),
  member: fc.integer({ min: 1, max: 3 }),
  other: fc.integer({ min: 1, max: 3 }),
  which: fc.nat(20),
  count: fc.integer({ min: 0, max: 40 }),
  duty: fc.constantFrom('quota' as const, 'obligation' as const),
});

/** What of each source stands, by the last version of it that arrived. */
class Model {
  readonly certified = new Map<string, number>();
  taken = 0;

  total(): number {
    return [...this.certified.values()].reduce((sum, one) => sum + one, 0);
  }
}

function take(
  ledger: BareCertificates,
  model: Model,
  one: typeof step extends fc.Arbitrary<infer T> ? T : never,
): void {
  const { what, member, other, which, count, duty } = one;
  if (what < 0) {
    const kind = what === -1 ? 'green' : what === -2 ? duty : 'renewable';
    const deal = `${kind} of ${member}, ${which % 2}`;
    if (ledger.arrives(member, kind, count, { deal }) !== undefined) return;
    if (kind === 'green' || kind === 'renewable') model.certified.set(deal, count);
    return;
  }
  const all = ledger.state.entries(ranges);
  const [key, range] = all[which % Math.max(1, all.length)] ?? [];
  if (key === undefined || range === undefined) return;
  const message = {
    ...key,
    energy: wh(Math.min(count, Number(range.energy))),
    to: other,
    price: nanoPerWh(1 + which),
    priceMost: nanoPerWh(1 + count),
    beneficiary: '',
    duty,
    period: 0,
  };
  const action = ACTIONS[what];
  if (action === undefined) return;
  // Mostly by whom it may be done, so that much is.
  const actor = action === buyCertificates || which % 4 === 0 ? member : range.owner;
  if (ledger.code(actor, action, message) === 'done') model.taken += 1;
}

test('certificates that stand are what the sources come to and what is owed for them', () => {
  let taken = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 40, maxLength: 80 }), (steps) => {
      const ledger = new BareCertificates();
      for (let member = 1; member <= 3; member++) ledger.pay(ledger.member(), 1000n);
      ledger.endBlock();
      const model = new Model();
      for (const one of steps) {
        take(ledger, model, one);
        ledger.endBlock(); // the invariants, after every step
        const owed = [1, 2, 3].reduce((sum, one) => sum + ledger.held(one).debt, 0n);
        expect(certificatesStanding(ledger.state) - owed).toBe(BigInt(model.total()));
      }
      for (const member of [1, 2, 3]) {
        const { held, quota, obligation } = ledger.held(member);
        expect([quota.met, obligation.met]).toEqual([held.counted, held.surrendered]);
      }
      taken += model.taken;
    }),
    { numRuns: 60 },
  );
  expect(taken).toBeGreaterThan(150);
});
