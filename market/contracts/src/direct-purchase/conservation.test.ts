import { energy } from '@commonwatt/units';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { entitlements } from '../certificates/state.ts';
import { account, balanceOf } from '../wallet/accounts.ts';
import { checkRound } from './check.ts';
import { stateDelivery } from './delivery.ts';
import { withdrawListing } from './listing.ts';
import type { DirectType, RoundRules } from './messages.ts';
import { contractsOfRound } from './state.ts';
import { DEADLINE_MS, DELIVERED_MS, DirectLedger, mwh } from './testing/direct-ledger.ts';
import { sha256 } from './testing/sha256.ts';
import { tokensIssued, tokensOf } from './tokens.ts';
import { transferStage } from './transfers.ts';

interface Party {
  readonly type: DirectType;
  readonly region: string;
  readonly price: bigint;
  readonly energy: bigint;
  readonly part: bigint;
  readonly withdraws: boolean;
  readonly calls: boolean;
}

const party = (types: readonly DirectType[], regions: readonly string[], least: number) =>
  fc.record<Party>({
    type: fc.constantFrom(...types),
    region: fc.constantFrom(...regions),
    price: fc.bigInt({ min: BigInt(least), max: BigInt(least) + 1500n }),
    energy: fc.bigInt({ min: 1n, max: 30n }),
    part: fc.bigInt({ min: 0n, max: 100n }),
    withdraws: fc.constantFrom(false, false, false, true),
    calls: fc.boolean(),
  });
const buyers = fc.array(party(['none'], ['A', 'B', 'D'], 3800), { minLength: 1, maxLength: 4 });
const sellers = fc.array(party(['wind', 'thermal', 'other'], ['A'], 2500), {
  minLength: 1,
  maxLength: 4,
});
const scene = fc.record({
  buyers,
  sellers,
  limit: fc.option(fc.bigInt({ min: 0n, max: 20n }), { nil: undefined }),
  lower: fc.option(fc.bigInt({ min: 0n, max: 20n }), { nil: undefined }),
  bundling: fc.option(fc.integer({ min: 500, max: 4000 }), { nil: undefined }),
  keeper: fc.boolean(),
  stated: fc.constantFrom(true, true, true, false),
  reversed: fc.boolean(),
  corrected: fc.boolean(),
});
type Scene = Parameters<Parameters<typeof scene.map>[0]>[0];

interface Played {
  readonly ledger: DirectLedger;
  readonly members: readonly (readonly [number, Party])[];
  readonly rules: RoundRules;
}

function list({ buyers: buying, sellers: selling, ...more }: Scene, reversed: boolean): Played {
  const ledger = new DirectLedger(sha256);
  const rules = ledger.open({
    limits: more.limit === undefined ? [] : [{ from: 'A', to: 'B', energy: mwh(more.limit) }],
    bundlingThousandths: more.bundling,
    ...(more.keeper ? {} : { certificateMember: 0 }),
  });
  const members = [...buying, ...selling].map(
    (one) => [ledger.admitted(one.type, one.region), one] as const,
  );
  const arriving = reversed ? [...members].reverse() : members;
  for (const [member, { type, price, energy: amount, part }] of arriving) {
    const green = type === 'none' ? (amount * part) / 100n : 0n;
    ledger.list(member, {
      price,
      energy: amount,
      green,
      environmental: type === 'none' ? 0n : part,
    });
  }
  for (const [member, { withdraws }] of arriving) {
    if (withdraws) ledger.must(member, withdrawListing, { round: 1 });
  }
  ledger.until(DEADLINE_MS);
  return { ledger, members, rules };
}

/** The check, or its time running out; then whoever calls transfers, and the deadline does the rest. */
function play(one: Scene, { ledger, members, rules }: Played): void {
  const lower = one.lower !== undefined && (one.limit === undefined || one.lower <= one.limit);
  if (lower) {
    const limits = [{ from: 'B', to: 'A', energy: mwh(one.lower ?? 0n) }];
    const check = { round: 1, limits, reason: 'a line' };
    ledger.must(ledger.companies.dispatch, checkRound, check);
  } else {
    ledger.until(ledger.timeMs + rules.checkMs);
  }
  callAll(ledger, members);
  ledger.until(ledger.timeMs + rules.transferMs);
  ledger.until(DELIVERED_MS);
  ledger.meterReadings(
    rules,
    members.map(([member]) => member),
  );
  const open = ledger.state
    .group(contractsOfRound, '1')
    .filter(([, { status }]) => status === 'open');
  if (one.stated && open.length > 0) {
    const partOf = new Map(members.map(([member, { part }]) => [member, part]));
    const share = (amount: bigint, member: number) =>
      energy((amount * (partOf.get(member) ?? 0n)) / 100n);
    const deliveries = open.map(([{ contract }, { amounts, terms }]) => ({
      contract,
      fedIn: share(amounts.energy, terms.seller),
      drawn: share(amounts.energy, terms.buyer),
    }));
    const whole = deliveries.map((delivery, at) => {
      const [, { amounts }] = open[at] as (typeof open)[number];
      return { ...delivery, fedIn: amounts.energy };
    });
    ledger.must(ledger.centre, stateDelivery, ledger.statement(whole, 1));
    ledger.must(ledger.centre, stateDelivery, ledger.statement(deliveries, 2));
  }
  ledger.until(DELIVERED_MS + rules.statementMs);
  callAll(ledger, members);
  ledger.until(ledger.timeMs + rules.transferMs);
}

/** Another statement after the round closed: what was drawn is what was fed in, and the other way. */
function correctAll(one: Scene, { ledger }: Played): void {
  const paid = ledger.state
    .group(contractsOfRound, '1')
    .filter(([, { status, delivered }]) => status === 'paid' && delivered !== undefined);
  if (!one.corrected || paid.length === 0) return;
  const deliveries = paid.map(([{ contract }, { amounts, delivered }]) => ({
    contract,
    fedIn: energy(amounts.energy / 2n),
    drawn: delivered?.fedIn ?? amounts.energy,
  }));
  ledger.must(ledger.centre, stateDelivery, ledger.statement(deliveries, 3));
}

function callAll(ledger: DirectLedger, members: Played['members']): void {
  const calling = new Set(members.filter(([, { calls }]) => calls).map(([member]) => member));
  for (const [key, { terms, status }] of ledger.state.group(contractsOfRound, '1')) {
    if (status !== 'open') continue;
    for (const member of [terms.buyer, terms.seller]) {
      if (calling.has(member)) ledger.run(member, transferStage, key);
    }
  }
}

function sumOf(values: readonly bigint[]): bigint {
  return values.reduce((sum, one) => sum + one, 0n);
}

describe('random rounds', () => {
  test('money, energy and certificates are conserved, and nothing stays held', () => {
    fc.assert(
      fc.property(scene, (one) => {
        const played = list(one, one.reversed);
        const { ledger, members } = played;
        const issued = tokensIssued(ledger.state);
        const coin = balanceOf(ledger.state, account(0, 'exchange'));
        play(one, played);
        ledger.endBlock();
        expect(ledger.round().stage).toBe('closed');
        const companies = Object.values(ledger.companies);
        const all = [...members.map(([member]) => member), ...companies];
        expect(sumOf(all.map((member) => tokensOf(ledger.state, member, 'free')))).toBe(issued);
        expect(sumOf(all.map((member) => tokensOf(ledger.state, member, 'held')))).toBe(0n);
        expect(tokensIssued(ledger.state)).toBe(issued);
        expect(balanceOf(ledger.state, account(0, 'exchange'))).toBe(coin);
        correctAll(one, played);
        ledger.endBlock();
        expect(tokensIssued(ledger.state)).toBe(
          balanceOf(ledger.state, account(0, 'exchange')) * 10n,
        );
        expectEnergy(played);
        expectCertificates(ledger);
      }),
      { numRuns: 60 },
    );
  });

  test('D-5: the order in which listings arrive never matters', () => {
    fc.assert(
      fc.property(scene, (one) => {
        const [first, second] = [list(one, false), list(one, true)];
        play(one, first);
        play(one, second);
        expect(second.ledger.contractsOf()).toEqual(first.ledger.contractsOf());
      }),
      { numRuns: 15 },
    );
  });
});

function expectEnergy({ ledger, members, rules }: Played): void {
  const made = ledger.contractsOf();
  for (const [member, { type, energy: declared, withdraws }] of members) {
    const own = made.filter(({ terms }) => terms.buyer === member || terms.seller === member);
    const taken = sumOf(
      own.map(({ amounts }) => (type === 'none' ? amounts.energy : amounts.injected)),
    );
    expect(taken <= (withdraws ? 0n : declared * 1_000_000n)).toBe(true);
  }
  const [limit] = ledger.round().limits;
  const toB = made.filter(({ terms }) => terms.buyerRegion === 'B');
  if (limit !== undefined) {
    expect(sumOf(toB.map(({ amounts }) => amounts.energy)) <= limit.energy).toBe(true);
  }
  for (const { paid, amounts, delivered, status } of made) {
    if (status === 'cancelled') continue;
    const { buyerPays = 0n, sellerGets = 0n, transmission = 0n, fees = 0n } = paid ?? {};
    expect(buyerPays).toBe(sellerGets + transmission + fees);
    const [fedIn, drawn] = [delivered?.fedIn ?? 0n, delivered?.drawn ?? 0n];
    expect(paid?.energy).toBe(fedIn < drawn ? fedIn : drawn);
    expect((paid?.energy ?? 0n) <= amounts.energy).toBe(true);
  }
  const thermal = sumOf(
    made.filter(({ terms }) => terms.type === 'thermal').map(({ amounts }) => amounts.injected),
  );
  const wind = sumOf(
    made.filter(({ terms }) => terms.type === 'wind').map(({ amounts }) => amounts.injected),
  );
  const most = rules.bundlingThousandths;
  if (most !== undefined) expect(thermal * 1000n <= wind * BigInt(most)).toBe(true);
}

/** As many certificates as wind was fed in, each once, and a fifth of the thermal owed. */
function expectCertificates(ledger: DirectLedger): void {
  const granted = ledger.state.entries(entitlements);
  const sum = (...kinds: readonly string[]) =>
    sumOf(granted.filter(([{ kind }]) => kinds.includes(kind)).map(([, one]) => one.energy));
  const made = ledger.contractsOf().filter(({ paid }) => paid !== undefined);
  const injected = (type: string) =>
    made.filter(({ terms }) => terms.type === type).map(({ paid }) => paid?.injected ?? 0n);
  expect(sum('renewable', 'green')).toBe(sumOf(injected('wind')));
  const owed = sum('obligation') * 5n - sumOf(injected('thermal'));
  expect(owed <= 3n * BigInt(made.length) && owed >= -3n * BigInt(made.length)).toBe(true);
}
