import { money, price } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { reviewAdmission } from './admission.ts';
import {
  heldFor,
  listEnergy,
  listingCommitment,
  revealListing,
  sealListing,
  withdrawListing,
} from './listing.ts';
import type { ListingTerms } from './messages.ts';
import { listings } from './state.ts';
import { DEADLINE_MS, DirectLedger, HOUR_MS, mwh, perKwh } from './testing/direct-ledger.ts';
import { sha256 } from './testing/sha256.ts';
import { tokensOf } from './tokens.ts';

function opened(changes = {}) {
  const ledger = new DirectLedger(sha256);
  const rules = ledger.open(changes);
  const buyer = ledger.admitted('none', 'B');
  const wind = ledger.admitted('wind', 'A');
  return { ledger, rules, buyer, wind };
}

const asked = { price: 5_000n, energy: 10n, green: 2n };
const offered = { price: 3_000n, energy: 20n };

describe('listing', () => {
  test('a buyer holds its limit and its collateral, a thermal seller its certificates', () => {
    const { ledger, rules, buyer, wind } = opened();
    const thermal = ledger.admitted('thermal', 'A');
    ledger.list(buyer, asked);
    ledger.list(wind, offered);
    ledger.list(thermal, { ...offered, environmental: 100n, subsidy: 100n });
    const held = (member: number) => tokensOf(ledger.state, member, 'held');
    // 10 MWh at 5.000 token/kWh and 0.100 token/kWh of collateral
    expect(held(buyer)).toBe(10_000n * 5_100_000_000n);
    expect(held(wind)).toBe(20_000n * 100_000_000n);
    // one fifth of 19 token for each of 20 MWh, and half a unit for every contract it can have
    expect(held(thermal)).toBe(20_000n * 100_000_000n + 20n * 3_800_000_000n + 200n);
    expect(heldFor({ ...rules, certificateMember: 0 }, ledger.termsOf(thermal, offered))).toBe(
      20_000n * 100_000_000n,
    );
    expect(ledger.code(buyer, listEnergy, { round: 1, terms: ledger.termsOf(buyer, asked) })).toBe(
      'listing_known',
    );
    ledger.endBlock();
  });

  /** Each row mends one fault of the row above it: their order is the order of the checks. */
  test.each<[string, Partial<ListingTerms>, string]>([
    [
      'side, type, region, energy, price',
      { side: 'seller', type: 'wind', region: 'Z', energyWh: -1n, price: price(-1n) },
      'side_wrong',
    ],
    [
      'type, region, energy, price',
      { side: 'buyer', type: 'wind', region: 'Z', energyWh: -1n, price: price(-1n) },
      'seller_type_differs',
    ],
    ['region, energy, price', { region: 'Z', energyWh: -1n, price: price(-1n) }, 'region_unknown'],
    [
      'region of another, energy, price',
      { region: 'A', energyWh: -1n, price: price(-1n) },
      'region_unknown',
    ],
    ['energy negative, price', { energyWh: -1n, price: price(-1n) }, 'energy_negative'],
    ['energy nothing, price', { energyWh: 0n, price: price(-1n) }, 'energy_not_positive'],
    [
      'energy beyond its admission, price',
      { energyWh: mwh(1_000_001n), price: price(-1n) },
      'energy_over_declared',
    ],
    ['price negative', { price: price(-1n) }, 'listing_invalid'],
    ['more green than all', { greenEnergyWh: mwh(11n) }, 'listing_invalid'],
    ['a seller’s fees', { crossSubsidy: price(1n) }, 'listing_invalid'],
    [
      'more than its tokens',
      { energyWh: mwh(500_000n), price: perKwh(90_000_000n) },
      'tokens_insufficient',
    ],
    ['in order', {}, 'done'],
  ])('refused: %s', (_faults, changes, code) => {
    const { ledger, buyer } = opened();
    const terms = { ...ledger.termsOf(buyer, asked), ...changes };
    expect(ledger.code(buyer, listEnergy, { round: 1, terms })).toBe(code);
    expect(tokensOf(ledger.state, buyer, 'held') > 0n).toBe(code === 'done');
  });

  test('a seller of two types is refused by its own code, and so is a value beyond the admission', () => {
    const { ledger, wind } = opened();
    const terms = ledger.termsOf(wind, offered);
    const code = (more: Partial<ListingTerms>) =>
      ledger.code(wind, listEnergy, { round: 1, terms: { ...terms, ...more } });
    expect(code({ type: 'thermal' })).toBe('seller_type_differs');
    ledger.must(ledger.centre, reviewAdmission, {
      member: wind,
      decision: 'admit',
      energyMost: mwh(20n),
      valueMost: money(20_000n * 3_000_000_000n - 1n),
      reason: '',
    });
    expect(code({})).toBe('value_over_limit');
    expect(code({ price: perKwh(2_999n) })).toBe('done');
  });

  test('only the admitted list, in a round that there is, until the deadline', () => {
    const { ledger, buyer, wind } = opened();
    const terms = ledger.termsOf(buyer, asked);
    const list = (member: number, round: number) =>
      ledger.code(member, listEnergy, { round, terms });
    expect(list(ledger.member(), 2)).toBe('not_admitted');
    expect(list(buyer, 2)).toBe('round_unknown');
    ledger.list(wind, offered);
    ledger.block(DEADLINE_MS - 1);
    expect(list(buyer, 1)).toBe('done');
    expect(ledger.code(buyer, withdrawListing, { round: 2 })).toBe('round_unknown');
    expect(ledger.code(buyer, withdrawListing, { round: 1 })).toBe('done');
    expect(ledger.code(buyer, withdrawListing, { round: 1 })).toBe('listing_unknown');
    expect(tokensOf(ledger.state, buyer, 'held')).toBe(0n);
    ledger.block(DEADLINE_MS);
    expect(list(buyer, 1)).toBe('round_closed');
    expect(ledger.code(wind, withdrawListing, { round: 1 })).toBe('round_closed');
    expect(ledger.state.get(listings, { round: 1, member: wind })).toBeDefined();
  });

  test('who is suspended lists no more', () => {
    const { ledger, buyer } = opened();
    ledger.must(ledger.centre, reviewAdmission, {
      member: buyer,
      decision: 'suspend',
      energyMost: mwh(0n),
      valueMost: money(0n),
      reason: 'unpaid',
    });
    const terms = ledger.termsOf(buyer, asked);
    expect(ledger.code(buyer, listEnergy, { round: 1, terms })).toBe('not_admitted');
  });
});

describe('sealed listing', () => {
  const salt = new Uint8Array(32).fill(9);
  const sealed = () => opened({ form: 'sealed', revealMs: HOUR_MS });

  test('a commitment holds the deposit and tells nothing until it is opened after the deadline', () => {
    const { ledger, buyer, wind } = sealed();
    const terms = ledger.termsOf(buyer, asked);
    expect(ledger.code(buyer, listEnergy, { round: 1, terms })).toBe('listing_form_wrong');
    const commitment = listingCommitment(sha256, { round: 1, member: buyer, salt, terms });
    expect(ledger.code(buyer, sealListing, { round: 1, commitment })).toBe('done');
    expect(tokensOf(ledger.state, buyer, 'held')).toBe(1_000_000_000n);
    expect(ledger.named('listing moved').at(-1)).toMatchObject({
      change: 'sealed',
      terms: undefined,
    });
    const reveal = { round: 1, salt, terms };
    expect(ledger.code(buyer, revealListing, reveal)).toBe('round_stage_wrong');
    // Copied by another member: it cannot be opened, since it binds who made it.
    expect(ledger.code(wind, sealListing, { round: 1, commitment })).toBe('done');
    ledger.block(DEADLINE_MS);
    expect(ledger.code(wind, revealListing, reveal)).toBe('reveal_wrong');
    const other = { ...reveal, terms: { ...terms, price: perKwh(4_999n) } };
    expect(ledger.code(buyer, revealListing, other)).toBe('reveal_wrong');
    expect(ledger.code(buyer, revealListing, reveal)).toBe('done');
    expect(ledger.code(buyer, revealListing, reveal)).toBe('listing_known');
    expect(tokensOf(ledger.state, buyer, 'held')).toBe(10_000n * 5_100_000_000n);
  });

  test('what is not opened in time takes no part and loses its deposit to the fees', () => {
    const { ledger, buyer } = sealed();
    const terms = ledger.termsOf(buyer, asked);
    const commitment = listingCommitment(sha256, { round: 1, member: buyer, salt, terms });
    ledger.must(buyer, sealListing, { round: 1, commitment });
    ledger.block(DEADLINE_MS);
    const happened = ledger.block(DEADLINE_MS + HOUR_MS);
    expect(happened.find(({ name }) => name === 'listing moved')?.value).toMatchObject({
      member: buyer,
      change: 'not revealed',
      held: 1_000_000_000n,
    });
    expect(ledger.round().stage).toBe('drawing');
    expect(ledger.code(buyer, revealListing, { round: 1, salt, terms })).toBe('round_stage_wrong');
    expect(tokensOf(ledger.state, buyer, 'held')).toBe(0n);
    expect(tokensOf(ledger.state, ledger.companies.fees, 'free')).toBe(1_000_000_000n);
    ledger.endBlock();
  });
});
