/** Any small street there may be, and any decision of its community, for the laws of version 3. */

import { energy, price } from '@commonwatt/units';
import fc from 'fast-check';
import { DEFAULT_POLICY, type SettlementPolicy, SHARING_MODES } from '../policy.ts';
import type { RunInput } from '../run.ts';
import type { SharingEntry } from '../sharing-inputs.ts';
import type { Tariff } from '../tariff.ts';
import { FROM_MS, QUARTER_MS, runInput } from './street.ts';

export const SLOTS = 4;
export const MEMBERS = [1, 2, 3, 4];

const member = fc.constantFrom(...MEMBERS);
const trades = fc.array(
  fc
    .record({
      slot: fc.nat({ max: SLOTS - 1 }),
      seller: member,
      buyer: member,
      energy: fc.integer({ min: 1, max: 60 }),
      price: fc.integer({ min: -40, max: 200 }),
      margin: fc.constantFrom(0, 0, 1, 60),
      quarters: fc.constantFrom(1, 1, 1, 2, 4),
    })
    .filter(({ seller, buyer }) => seller !== buyer),
  { maxLength: 10 },
);
const wh = fc.nat({ max: 80 });
const counted = fc.array(fc.option(fc.tuple(wh, wh), { nil: undefined, freq: 5 }), {
  minLength: SLOTS,
  maxLength: SLOTS,
});
const meters = fc.array(counted, { minLength: 5, maxLength: 5 });

const nano = fc.bigInt({ min: 0n, max: 400n });
const signed = fc.bigInt({ min: -100n, max: 400n });
export const tariffs: fc.Arbitrary<readonly Tariff[]> = fc
  .array(
    fc.record({
      supplyPrice: signed,
      feedInPrice: signed,
      gridFee: nano,
      communityGridFee: nano,
      levy: nano,
      tax: nano,
    }),
    { minLength: 1, maxLength: SLOTS },
  )
  .map((prices) =>
    prices.map((one, at) => ({
      fromMs: FROM_MS + at * QUARTER_MS,
      untilMs: FROM_MS + (at + 1) * QUARTER_MS,
      supplyPrice: price(one.supplyPrice),
      feedInPrice: price(one.feedInPrice),
      gridFee: price(one.gridFee),
      communityGridFee: price(one.communityGridFee),
      levy: price(one.levy),
      tax: price(one.tax),
    })),
  );

export const anyPolicy: fc.Arbitrary<SettlementPolicy> = fc
  .record({
    sellerDeviationPrice: nano,
    buyerDeviationPrice: nano,
    residualCharges: fc.constantFrom<SettlementPolicy['residualCharges']>('shown', 'posted'),
    sharing: fc.constantFrom(...SHARING_MODES),
    sharedPrice: signed,
    shares: fc.array(fc.nat({ max: 250_000 }), { minLength: 4, maxLength: 4 }),
    tiers: fc.array(fc.nat({ max: 2 }), { minLength: 4, maxLength: 4 }),
  })
  .map(({ shares, tiers, ...one }) => ({
    ...DEFAULT_POLICY,
    ...one,
    sellerDeviationPrice: price(one.sellerDeviationPrice),
    buyerDeviationPrice: price(one.buyerDeviationPrice),
    sharedPrice: price(one.sharedPrice),
    sharingKeys: MEMBERS.map((number, at) => ({
      member: number,
      shareMillionths: shares[at] ?? 0,
      tier: tiers[at] ?? 0,
    })),
  }));

const limits = fc.array(fc.tuple(signed, signed), { minLength: 4, maxLength: 4 });
const factors = fc.array(fc.constantFrom(1000, 1000, 500, 0, 333), { minLength: 5, maxLength: 5 });
const allocated = fc.array(
  fc.tuple(fc.bigInt({ min: 0n, max: 60n }), fc.bigInt({ min: 0n, max: 60n })),
  {
    minLength: 4,
    maxLength: 4,
  },
);

/** The input of a run of version 3: meters 1 to 4 of members 1 to 4, and a second one of member 1. */
export const anyInput: fc.Arbitrary<RunInput> = fc
  .tuple(trades, meters, anyPolicy, tariffs, limits, factors, allocated)
  .map(([list, readings, policy, series, ends, thousandths, told]) => {
    const street = {
      slots: SLOTS,
      trades: list.map((one, at) => ({
        ...one,
        name: `trade ${at}`,
        slot: one.slot - (one.slot % one.quarters),
      })),
      meters: Object.fromEntries(
        readings.map((each, at) => [
          at + 1,
          { member: (at % 4) + 1, counted: each, renewable: at > 2 },
        ]),
      ),
    };
    const intervals = Array.from({ length: SLOTS }, (_, slot) => FROM_MS + slot * QUARTER_MS);
    return {
      ...runInput(street),
      version: 3,
      policy,
      tariffs: series,
      participation: new Map(
        thousandths.map((factor, at) => [at + 1, [{ fromMs: 0, thousandths: factor }]]),
      ),
      sharingEntries: [
        ...ends.map(([buy, sell], at): SharingEntry => {
          return { kind: 'limit', slotMs: 0, member: at + 1, buy: price(buy), sell: price(sell) };
        }),
        ...intervals.flatMap((slotMs) => [
          ...policy.sharingKeys.map(({ member, shareMillionths }): SharingEntry => {
            return { kind: 'share', slotMs, member, shareMillionths };
          }),
          ...told.map(([received, given], at): SharingEntry => {
            const values = { received: energy(received), given: energy(given) };
            return { kind: 'allocated', slotMs, member: at + 1, ...values };
          }),
        ]),
      ],
    };
  });
