import { describe, expect, test } from 'vitest';
import { account, balanceOf } from '../wallet/accounts.ts';
import { certificateOffers } from './compliance.ts';
import { BareCertificates, nanoPerWh, stretch } from './testing/bare-certificates.ts';
import {
  buyCertificates,
  offerCertificates,
  transferCertificates,
  withdrawOffer,
} from './trade.ts';

function world(): { ledger: BareCertificates; ana: number; ben: number } {
  const ledger = new BareCertificates();
  const [ana, ben] = [ledger.member(), ledger.member()];
  ledger.arrives(ana, 'renewable', 1000);
  ledger.pay(ben, 10_000n);
  ledger.endBlock();
  return { ledger, ana, ben };
}
const free = (ledger: BareCertificates, member: number) =>
  balanceOf(ledger.state, account(member, 'available'));

describe('certificates are given', () => {
  test('from the beginning of a range on; the rest stays', () => {
    const { ledger, ana, ben } = world();
    expect(ledger.code(ana, transferCertificates, { ...stretch(1, 0, 400), to: ben })).toBe('done');
    expect(ledger.listed()).toEqual([`1/0+400 live of ${ben}`, `1/400+600 live of ${ana}`]);
    ledger.endBlock();
  });

  test('never twice: who gave them has them no more', () => {
    const { ledger, ana, ben } = world();
    ledger.run(ana, transferCertificates, { ...stretch(1, 0, 400), to: ben });
    const again = { ...stretch(1, 0, 400), to: ben };
    expect(ledger.code(ana, transferCertificates, again)).toBe('range_not_yours');
  });

  test.each([
    ['range_unknown', stretch(1, 1, 1)],
    ['range_unknown', stretch(2, 0, 1)],
    ['range_exceeded', stretch(1, 0, 1001)],
    ['energy_not_positive', stretch(1, 0, 0)],
  ])('%s for %o', (code, which) => {
    const { ledger, ana, ben } = world();
    expect(ledger.code(ana, transferCertificates, { ...which, to: ben })).toBe(code);
  });

  test('to a member alone, and to another', () => {
    const { ledger, ana } = world();
    const to = (member: number) => ({ ...stretch(1, 0, 1), to: member });
    expect(ledger.code(ana, transferCertificates, to(ana))).toBe('transfer_to_self');
    expect(ledger.code(ana, transferCertificates, to(99))).toBe('member_unknown');
    const gone = ledger.member({ revokedFromHeight: 0 });
    expect(ledger.code(ana, transferCertificates, to(gone))).toBe('member_revoked');
  });
});

describe('certificates are sold', () => {
  const offered = () => {
    const all = world();
    const offer = { ...stretch(1, 0, 600), price: nanoPerWh(5) };
    expect(all.ledger.code(all.ana, offerCertificates, offer)).toBe('done');
    return all;
  };

  test('at their price, for pegged coin, wholly or in part', () => {
    const { ledger, ana, ben } = offered();
    const purchase = { ...stretch(1, 0, 200), priceMost: nanoPerWh(5) };
    expect(ledger.code(ben, buyCertificates, purchase)).toBe('done');
    expect([free(ledger, ana), free(ledger, ben)]).toEqual([1000n, 9000n]);
    expect(ledger.listed()).toEqual([
      `1/0+200 live of ${ben}`,
      `1/200+400 offered of ${ana}`,
      `1/600+400 live of ${ana}`,
    ]);
    expect(certificateOffers(ledger.state)).toMatchObject([
      { issuance: 1, first: 200n, energy: 400n, price: 5n, source: { technology: 'wind' } },
    ]);
    ledger.endBlock();
  });

  test('not above what the buyer would pay, not on credit, not to oneself, not unoffered', () => {
    const { ledger, ana, ben } = offered();
    const buy = (member: number, count: number, most: number, first = 0) =>
      ledger.code(member, buyCertificates, {
        ...stretch(1, first, count),
        priceMost: nanoPerWh(most),
      });
    expect(buy(ben, 100, 4)).toBe('terms_changed');
    expect(buy(ana, 100, 5)).toBe('own_order');
    expect(buy(ben, 1, 5, 600)).toBe('range_not_live');
    const poor = ledger.member();
    expect(buy(poor, 1, 5)).toBe('balance_insufficient');
  });

  test('what is offered cannot be given away or offered again until it is taken back', () => {
    const { ledger, ana, ben } = offered();
    const gift = { ...stretch(1, 0, 100), to: ben };
    expect(ledger.code(ana, transferCertificates, gift)).toBe('range_not_live');
    expect(ledger.code(ben, withdrawOffer, stretch(1, 0, 600))).toBe('range_not_yours');
    expect(ledger.code(ana, withdrawOffer, stretch(1, 0, 600))).toBe('done');
    expect(ledger.code(ana, withdrawOffer, stretch(1, 0, 600))).toBe('range_not_live');
    expect(ledger.code(ana, transferCertificates, gift)).toBe('done');
    ledger.endBlock();
  });

  test('a price is above zero', () => {
    const { ledger, ana } = world();
    for (const price of [0, -1].map(nanoPerWh)) {
      const offer = { ...stretch(1, 0, 1), price };
      expect(ledger.code(ana, offerCertificates, offer)).toBe('price_invalid');
    }
  });
});
