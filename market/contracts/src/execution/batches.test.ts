import { type Action, readTransaction, toHex } from '@commonwatt/ledger';
import { money } from '@commonwatt/units';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { ACTION } from '../action-types.ts';
import { proposalId } from '../governance/proposals.ts';
import { proposals } from '../governance/state.ts';
import {
  approveOf,
  endMandateOf,
  giveMandateOf,
  openLaneOf,
  proposeOf,
} from '../identity/actions.test-support.ts';
import { ROLE } from '../identity/messages.ts';
import { nextSequence } from '../identity/user-security.ts';
import { account, balanceOf } from '../wallet/accounts.ts';
import { depositCodec, transferCodec } from '../wallet/messages.ts';
import {
  action,
  hashOf,
  TestingLedger,
  testingCrypto,
  testingKey,
} from './testing-ledger.test-support.ts';

const NAMES = ['ana', 'ben', 'cleo'] as const;
type Name = (typeof NAMES)[number];
const FUNDS = 100n;

async function street(): Promise<TestingLedger> {
  const ledger = await TestingLedger.create({ founders: { ana: {}, ben: {}, cleo: {} } });
  const deposits = NAMES.map((name) =>
    action(ACTION.deposit, depositCodec, {
      member: ledger.member(name).number,
      amount: money(FUNDS),
      reference: hashOf(name),
    }),
  );
  expect(await ledger.run('officer', ...deposits)).toEqual(['done', 'done', 'done']);
  return ledger;
}

let ledger: TestingLedger;
beforeEach(async () => {
  ledger = await street();
});

const pay = (to: Name, amount: bigint): Action =>
  action(ACTION.transfer, transferCodec, {
    to: ledger.member(to).number,
    amount: money(amount),
  });
const free = (name: Name) =>
  balanceOf(ledger.state, account(ledger.member(name).number, 'available'));
const next = (name: Name, lane = 0) =>
  nextSequence(ledger.state, ledger.member(name).key.publicKey, lane);

describe('the actions of a batch', () => {
  test('each is done or refused alone, later ones seeing what earlier ones did', async () => {
    const codes = await ledger.run(
      'ana',
      pay('ben', 60n),
      pay('cleo', 50n),
      pay('ana', 1n),
      { type: 9999, body: new Uint8Array() },
      { type: ACTION.transfer, body: new Uint8Array(5) },
      pay('cleo', 40n),
    );
    expect(codes).toEqual([
      'done',
      'balance_insufficient',
      'transfer_to_self',
      'action_unknown',
      'malformed',
      'done',
    ]);
    expect(NAMES.map(free)).toEqual([0n, 160n, 140n]);
  });

  test('an atomic one happens as a whole or not at all', async () => {
    const atomic = { atomic: true };
    const fallen = [pay('ben', 60n), pay('cleo', 50n), pay('cleo', 1n)];
    expect(await ledger.runWith('ana', atomic, ...fallen)).toEqual([
      'batch_refused',
      'balance_insufficient',
      'batch_refused',
    ]);
    expect(NAMES.map(free)).toEqual([FUNDS, FUNDS, FUNDS]);
    expect(await ledger.runWith('ana', atomic, pay('ben', 60n), pay('cleo', 40n))).toEqual([
      'done',
      'done',
    ]);
    expect(NAMES.map(free)).toEqual([0n, 160n, 140n]);
  });

  test('what was refused leaves no event, done ones keep theirs', async () => {
    ledger.submit('ana', pay('ben', 60n), pay('ben', 60n));
    ledger.submitWith('cleo', { atomic: true }, pay('ben', 60n), pay('ben', 60n));
    const { happened } = await ledger.block();
    expect(happened.map(({ name, transactionIndex }) => [name, transactionIndex])).toEqual([
      ['posted', 0],
      ['posted', 0],
    ]);
  });
});

test('an action that changed the state before it was refused has changed nothing', async () => {
  const warden = { kind: 'organisation', roles: ROLE.registrar } as const;
  ledger = await TestingLedger.create({
    founders: { ana: {}, ben: {}, cleo: {}, warden },
    genesis: { registrarThreshold: 2 },
  });
  // Carrying out ends the proposal and tells of it; only then it turns out that the key is known.
  const known = proposeOf(ledger, ledger.enrolment('ana'));
  const [proposed] = (await ledger.block(undefined, [ledger.sign('officer', [known])])).receipts;
  const id = proposalId(
    { crypto: testingCrypto },
    { id: proposed?.transactionId as Uint8Array },
    0,
  );
  const approving = ledger.sign('warden', [approveOf(id), openLaneOf(1)]);
  const { results, happened } = await ledger.block(undefined, [approving]);
  expect(results[0]?.actions).toEqual(['key_known', 'done']);
  expect(happened).toEqual([]);
  expect(ledger.state.get(proposals, id)?.approvedBy).toEqual([1]);
});

describe('the sequence', () => {
  test('is consumed once the transaction stands in a block, refused or not', async () => {
    const refused = ledger.sign('ana', [pay('ana', 1n)]);
    const fallen = ledger.sign('ana', [pay('ben', 60n), pay('ben', 60n)], {
      sequence: (next('ana') ?? 0) + 1,
      atomic: true,
    });
    const before = next('ana') ?? 0;
    const { results } = await ledger.block(undefined, [refused, fallen]);
    expect(results.map((one) => one.actions)).toEqual([
      ['transfer_to_self'],
      ['batch_refused', 'balance_insufficient'],
    ]);
    expect(next('ana')).toBe(before + 2);
    const again = await ledger.block(undefined, [refused, fallen]);
    expect(again.results.map((one) => one.code)).toEqual(['sequence_wrong', 'sequence_wrong']);
    expect(next('ana')).toBe(before + 2);
  });

  test('one that user security or the window refuses has no effect, its sequence included', async () => {
    const stranger = testingKey('stranger');
    const ana = ledger.member('ana').key.publicKey;
    const one = pay('ben', 1n);
    const before = NAMES.map((name) => next(name));
    const all = [
      ledger.sign('ana', [one], { signer: stranger }),
      ledger.sign('ana', [one], { validUntilMs: ledger.timeMs }),
      ledger.sign('ana', [one], { validFromMs: ledger.timeMs + 60_000 }),
      ledger.sign('ana', [one], { chain: hashOf('another') }),
      ledger.sign('ana', [one], { sequence: 5 }),
      ledger.sign('ana', [one], { lane: 3 }),
      ledger.sign('ana', [one], { onBehalfOf: ledger.member('ben').number }),
      ledger.sign('stranger', [one]),
      ledger.sign('ana', [one], {
        validFromMs: ledger.timeMs - 86_400_000,
        validUntilMs: ledger.timeMs + 86_400_000,
      }),
    ];
    const { results, receiptLeaves } = await ledger.block(undefined, all);
    expect(results.map(({ code, actions }) => [code, actions.length])).toEqual([
      ['bad_signature', 0],
      ['expired', 0],
      ['not_yet_valid', 0],
      ['wrong_chain', 0],
      ['sequence_wrong', 0],
      ['lane_unknown', 0],
      ['mandate_unknown', 0],
      ['wrong_user', 0],
      ['window_too_long', 0],
    ]);
    expect(receiptLeaves).toHaveLength(all.length);
    expect(NAMES.map((name) => next(name))).toEqual(before);
    expect(ledger.ledger.record(ledger.height)?.writes).toEqual(new Uint8Array(4));
    expect(nextSequence(ledger.state, ana, 3)).toBeUndefined();
    // The very number that was refused nine times is good for one that is valid.
    expect(await ledger.run('ana', one)).toEqual(['done']);
  });

  test('a delegate uses its own, not that of the member it acts for', async () => {
    const ben = ledger.member('ben').number;
    const key = ledger.member('ana').key.publicKey;
    const untilMs = ledger.timeMs + 60_000;
    await ledger.run('ben', giveMandateOf(key, [ACTION.transfer], untilMs));
    const [ana, own] = [next('ana') ?? 0, next('ben')];
    expect(await ledger.runWith('ana', { onBehalfOf: ben }, pay('cleo', 5n))).toEqual(['done']);
    expect([next('ana'), next('ben')]).toEqual([ana + 1, own]);
    expect(free('ben')).toBe(FUNDS - 5n);
    await ledger.run('ben', endMandateOf(ben, key));
    const refused = await ledger.runWith('ana', { onBehalfOf: ben }, pay('cleo', 5n));
    expect(refused).toEqual(['mandate_unknown']);
    expect(next('ana')).toBe(ana + 1);
  });
});

describe('at the door', () => {
  test('a refusal consumes nothing: the same number serves the next transaction', async () => {
    const before = next('ana');
    const refused = ledger.sign('ana', [pay('ana', 1n)]);
    expect((await ledger.check(refused))?.code).toBe('transfer_to_self');
    const atomic = ledger.sign('ana', [pay('ben', 60n), pay('ben', 60n)], { atomic: true });
    expect((await ledger.check(atomic))?.code).toBe('balance_insufficient');
    expect((await ledger.check(refused.slice(1)))?.code).toBe('malformed');
    expect(next('ana')).toBe(before);
    expect(ledger.state.writes()).toEqual([]);
    const good = ledger.sign('ana', [pay('ben', 60n)]);
    expect(await ledger.check(good)).toBeUndefined();
    const { results } = await ledger.block(undefined, [good]);
    expect(results[0]?.actions).toEqual(['done']);
  });

  test('a batch of which any part would be done may pass', async () => {
    const mixed = ledger.sign('ana', [pay('ana', 1n), pay('ben', 1n)]);
    expect(await ledger.check(mixed)).toBeUndefined();
  });

  test('what passed before counts: the next number of a lane follows those that wait', async () => {
    const first = next('ana') ?? 0;
    const [one, two] = [0, 1].map((at) =>
      ledger.sign('ana', [pay('ben', 1n)], { sequence: first + at }),
    ) as [Uint8Array, Uint8Array];
    expect(await ledger.check(one)).toBeUndefined();
    expect((await ledger.check(one))?.code).toBe('sequence_wrong');
    expect(await ledger.check(two)).toBeUndefined();
    const { results } = await ledger.block(undefined, [one, two]);
    expect(results.map((done) => done.actions)).toEqual([['done'], ['done']]);
  });
});

describe('lanes', () => {
  test('of one key do not wait for each other, and their next numbers can be asked for', async () => {
    expect(next('ana', 1)).toBeUndefined();
    expect(await ledger.run('ana', openLaneOf(1))).toEqual(['done']);
    expect(next('ana', 1)).toBe(0);
    const phone = next('ana') ?? 0;
    const from = (lane: number, sequence: number) =>
      ledger.sign('ana', [pay('ben', 1n)], { lane, sequence });
    const { results } = await ledger.block(undefined, [
      from(1, 0),
      from(0, phone + 1),
      from(1, 1),
      from(0, phone),
      from(1, 3),
      from(1, 2),
    ]);
    const codes = results.map(({ code, actions }) => (code === 'done' ? actions[0] : code));
    expect(codes).toEqual(['done', 'sequence_wrong', 'done', 'done', 'sequence_wrong', 'done']);
    expect([next('ana', 0), next('ana', 1)]).toEqual([phone + 1, 3]);
    expect(next('ben', 1)).toBeUndefined();
  });
});

interface Payment {
  readonly to: Name;
  readonly amount: bigint;
}
interface Batch {
  readonly from: Name;
  readonly lane: 0 | 1;
  readonly atomic: boolean;
  readonly payments: readonly Payment[];
  /** What is wrong with it, if anything: in all but the last case its number stays unused. */
  readonly flaw: 'none' | 'old number' | 'number ahead' | 'signature' | 'expired';
}

const nameArbitrary = fc.constantFrom(...NAMES);
const batchArbitrary: fc.Arbitrary<Batch> = fc.record({
  from: nameArbitrary,
  lane: fc.constantFrom(0, 1),
  atomic: fc.boolean(),
  payments: fc.array(fc.record({ to: nameArbitrary, amount: fc.bigInt({ min: 0n, max: 130n }) }), {
    minLength: 1,
    maxLength: 5,
  }),
  flaw: fc.oneof(
    { weight: 6, arbitrary: fc.constant('none' as const) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('old number', 'number ahead', 'signature', 'expired'),
    },
  ),
});

/** The promise in a few lines: balances, next numbers, and what the receipts must say. */
class Model {
  balances = new Map<Name, bigint>(NAMES.map((name) => [name, FUNDS]));
  readonly next = new Map<string, number>();
  posted = 0;

  sequence(batch: Batch): number {
    const number = this.next.get(`${batch.from}/${batch.lane}`) ?? 0;
    if (batch.flaw === 'number ahead') return number + 1;
    return batch.flaw === 'old number' ? number - 1 : number;
  }

  execute({ from, lane, atomic, payments, flaw }: Batch): readonly string[] {
    if (flaw === 'signature') return ['bad_signature'];
    if (flaw === 'expired') return ['expired'];
    if (flaw !== 'none') return ['sequence_wrong'];
    this.next.set(`${from}/${lane}`, (this.next.get(`${from}/${lane}`) ?? 0) + 1);
    const before = new Map(this.balances);
    const codes = payments.map((payment) => this.#pay(from, payment));
    const done = codes.filter((code) => code === 'done').length;
    if (atomic && done < codes.length) {
      this.balances = before;
      return codes.map((code) => (code === 'done' ? 'batch_refused' : code));
    }
    this.posted += 2 * done;
    return codes;
  }

  #pay(from: Name, { to, amount }: Payment): string {
    const has = this.balances.get(from) ?? 0n;
    if (to === from) return 'transfer_to_self';
    if (amount === 0n) return 'amount_not_positive';
    if (amount > has) return 'balance_insufficient';
    this.balances.set(from, has - amount);
    this.balances.set(to, (this.balances.get(to) ?? 0n) + amount);
    return 'done';
  }
}

/** Signs a batch as the model expects it to be numbered when the block comes to it. */
function signed(batch: Batch, sequence: number): Uint8Array {
  const { from, lane, atomic, payments, flaw } = batch;
  return ledger.sign(
    from,
    payments.map(({ to, amount }) => pay(to, amount)),
    {
      lane,
      atomic,
      sequence,
      ...(flaw === 'signature' ? { signer: testingKey('stranger') } : {}),
      ...(flaw === 'expired' ? { validUntilMs: ledger.timeMs } : {}),
    },
  );
}

describe('any batches, in any blocks', () => {
  test('the ledger does what the model says, and does it again', async () => {
    const blocks = fc.array(fc.array(batchArbitrary, { maxLength: 6 }), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(blocks, async (all) => {
        ledger = await street();
        const model = new Model();
        for (const name of NAMES) {
          expect(await ledger.run(name, openLaneOf(1))).toEqual(['done']);
          model.next.set(`${name}/0`, 1);
        }
        for (const batches of all) {
          const transactions: Uint8Array[] = [];
          const expected: (readonly string[])[] = [];
          const before = model.posted;
          for (const batch of batches) {
            // A lane that has sent nothing yet has no old number.
            const isFirst = batch.flaw === 'old number' && model.sequence(batch) < 0;
            const real: Batch = isFirst ? { ...batch, flaw: 'none' } : batch;
            transactions.push(signed(real, model.sequence(real)));
            expected.push(model.execute(real));
          }
          const { results, happened, receipts } = await ledger.block(undefined, transactions);
          const got = results.map(({ code, actions }) => (code === 'done' ? actions : [code]));
          expect(got).toEqual(expected);
          expect(happened.length).toBe(model.posted - before);
          expect(receipts.map((one) => toHex(one.transactionId))).toEqual(
            transactions.map((bytes) => toHex(readTransaction(testingCrypto, bytes).id)),
          );
          expect(NAMES.map(free)).toEqual(NAMES.map((name) => model.balances.get(name)));
          for (const name of NAMES) {
            expect(next(name, 0)).toBe(model.next.get(`${name}/0`));
            expect(next(name, 1)).toBe(model.next.get(`${name}/1`) ?? 0);
          }
        }
        expect(toHex(await ledger.replayed())).toBe(toHex(ledger.ledger.headHash));
      }),
      { numRuns: 60 },
    );
  });
});
