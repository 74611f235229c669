import { type Action, encode, type Shape } from '@commonwatt/ledger';
import { beforeEach, describe, expect, test } from 'vitest';
import { ACTION } from '../action-types.ts';
import {
  action,
  type FounderOptions,
  type TestingEvent,
  TestingLedger,
  type TestingOutcome,
  testingCrypto,
  testingKey,
} from '../execution/testing-ledger.test-support.ts';
import {
  amendOf,
  approveOf,
  DAY_MS,
  giveMandateOf,
  openLaneOf,
  proposeOf,
  recoverOf,
  revokeOf,
  rotateOf,
  identityRules as rules,
} from '../identity/actions.test-support.ts';
import { ROLE } from '../identity/messages.ts';
import { keys, members } from '../identity/state.ts';
import { transferCodec } from '../wallet/messages.ts';
import { PROPOSAL_MS_MAX, proposalId } from './proposals.ts';
import { PROPOSALS_MAX, PROPOSALS_OF_MEMBER_MAX, type Proposal, proposals } from './state.ts';
import { votableActions } from './votable.ts';

const OFFICE: FounderOptions = {
  kind: 'organisation',
  roles: ROLE.registrar | ROLE.treasurer | ROLE.operator | ROLE.checker,
};
/** Members 2 to 4 are officers beside the officer; 5 is none. */
const founders = { rita: OFFICE, sven: OFFICE, tara: OFFICE, ana: {} };
const THREE = {
  registrarThreshold: 3,
  treasurerThreshold: 3,
  operatorThreshold: 3,
  checkerThreshold: 3,
};

let ledger: TestingLedger;
beforeEach(async () => {
  ledger = await TestingLedger.create({ rules, founders, genesis: THREE });
});

/** Proposes in a block of its own, and gives the proposal's name from the event. */
async function proposed(name: string, inner: Action, expiresMs?: number): Promise<Uint8Array> {
  ledger.submit(name, proposeOf(ledger, inner, expiresMs));
  return idIn(await ledger.block());
}

function idIn(outcome: TestingOutcome): Uint8Array {
  expect(outcome.results[0]?.actions).toEqual(['done']);
  return proposalIn(outcome.happened[0]);
}

function proposalIn(event: TestingEvent | undefined): Uint8Array {
  if (event?.name !== 'proposal moved') throw new Error('no proposal moved');
  return (event.value as { proposal: Uint8Array }).proposal;
}

test('three voices of four enrol a member: the third carries it out', async () => {
  const id = await proposed('rita', ledger.enrolment('zoe'));
  expect(ledger.state.get(proposals, id)).toMatchObject({
    authority: 'registrar',
    approvedBy: [2],
  });
  expect(await ledger.run('sven', approveOf(id))).toEqual(['done']);
  expect(ledger.member('zoe').number).toBe(0);
  ledger.submit('tara', approveOf(id));
  const { happened } = await ledger.block();
  expect(happened.map((one) => one.value)).toEqual([
    { proposal: id, type: ACTION.enrol, approvals: 3, step: 'carried out' },
    { member: 6, change: 'enrolled', effectiveMs: ledger.timeMs },
  ]);
  expect(ledger.member('zoe').number).toBe(6);
  expect(ledger.state.size(proposals)).toBe(0);
  expect(await ledger.run('officer', approveOf(id))).toEqual(['proposal_unknown']);
  expect(await ledger.replayed()).toEqual(ledger.ledger.headHash);
});

test('where one voice is enough, proposing carries out at once', async () => {
  const alone = await TestingLedger.create({ rules });
  const enrolment = alone.enrolment('zoe');
  expect(await alone.run('officer', proposeOf(alone, enrolment))).toEqual(['done']);
  expect(alone.member('zoe').number).toBe(2);
});

test('a proposal is named by the transaction and place that made it', async () => {
  const bytes = ledger.sign('rita', [
    openLaneOf(1),
    proposeOf(ledger, revokeOf(5, 900)),
    proposeOf(ledger, revokeOf(5, 901)),
  ]);
  const { receipts, happened } = await ledger.block(undefined, [bytes]);
  const transaction = { id: receipts[0]?.transactionId as Uint8Array };
  expect(happened.map(proposalIn)).toEqual([
    proposalId({ crypto: testingCrypto }, transaction, 1),
    proposalId({ crypto: testingCrypto }, transaction, 2),
  ]);
});

describe('propose: refused, in this order', () => {
  const cut = (inner: Action): Action => ({ ...inner, body: inner.body.subarray(1) });
  const pay = action(ACTION.transfer, transferCodec, { to: 1, amount: 1n as never });
  test.each<[string, string, () => Action, number, string]>([
    ['no vote, role, past, bytes', 'ana', () => pay, 0, 'action_not_votable'],
    ['a vote on a vote', 'rita', () => proposeOf(ledger, revokeOf(5, 9)), 0, 'action_not_votable'],
    ['         role, past, bytes', 'ana', () => cut(revokeOf(5, 9)), 0, 'role_missing'],
    ['               past, bytes', 'rita', () => cut(revokeOf(5, 9)), 0, 'instant_past'],
    ['            too far, bytes', 'rita', () => cut(revokeOf(5, 9)), 4e12, 'instant_too_far'],
    ['                     bytes', 'rita', () => cut(revokeOf(5, 9)), DAY_MS, 'malformed'],
    ['in order', 'rita', () => revokeOf(5, 9), PROPOSAL_MS_MAX, 'done'],
  ])('%s', async (_faults, sender, inner, aheadMs, code) => {
    const expiresMs = aheadMs === 0 ? 0 : ledger.timeMs + 1000 + aheadMs;
    expect(await ledger.run(sender, proposeOf(ledger, inner(), expiresMs))).toEqual([code]);
  });
});

describe('approve: refused, in this order', () => {
  test.each<[string, string, boolean, number, string]>([
    ['unknown', 'ana', false, 0, 'proposal_unknown'],
    ['role, expired', 'ana', true, DAY_MS, 'role_missing'],
    ['expired, twice', 'rita', true, DAY_MS, 'proposal_expired'],
    ['twice', 'rita', true, 0, 'proposal_approved_already'],
    ['in order', 'sven', true, 0, 'done'],
  ])('%s', async (_faults, sender, isKnown, waitMs, code) => {
    const id = await proposed('rita', revokeOf(5, 900), ledger.timeMs + DAY_MS);
    await ledger.block(ledger.timeMs + waitMs);
    const message = approveOf(isKnown ? id : new Uint8Array(32));
    expect(await ledger.run(sender, message)).toEqual([code]);
  });
});

test('a proposal is open to the last millisecond before it expires', async () => {
  const expiresMs = ledger.timeMs + DAY_MS;
  const id = await proposed('rita', revokeOf(5, 900), expiresMs);
  await ledger.block(expiresMs - 1001);
  expect(await ledger.run('sven', approveOf(id))).toEqual(['done']);
  expect(ledger.timeMs).toBe(expiresMs - 1);
  const { results } = await ledger.block(expiresMs, [ledger.sign('tara', [approveOf(id)])]);
  expect(results[0]?.actions).toEqual(['proposal_expired']);
});

describe('T12: k of n', () => {
  test('G-2: one member is one voice, in one batch, after a rotation and by a second lane', async () => {
    const id = await proposed('rita', revokeOf(5, 900));
    expect(await ledger.run('rita', approveOf(id), approveOf(id))).toEqual([
      'proposal_approved_already',
      'proposal_approved_already',
    ]);
    const next = testingKey('next key of rita');
    await ledger.run('rita', openLaneOf(1), rotateOf(ledger, next));
    ledger.useKey('rita', next);
    expect(await ledger.run('rita', approveOf(id))).toEqual(['proposal_approved_already']);
    expect(ledger.state.get(proposals, id)?.approvedBy).toEqual([2]);
  });

  test('G-2: a delegate has no voice: mandates of two officers are not two voices', async () => {
    const id = await proposed('rita', revokeOf(5, 900));
    const ana = testingKey('ana').publicKey;
    for (const type of [ACTION.approve, ACTION.propose, ACTION.revokeMember]) {
      const message = giveMandateOf(ana, [type], ledger.timeMs + DAY_MS);
      expect(await ledger.run('sven', message)).toEqual(['action_not_delegable']);
    }
    expect(await ledger.runWith('ana', { onBehalfOf: 3 }, approveOf(id))).toEqual([
      'mandate_unknown',
    ]);
  });

  test('G-3: the voice of one who was revoked no longer counts', async () => {
    const id = await proposed('rita', ledger.enrolment('zoe'));
    await ledger.run('sven', approveOf(id));
    await decided(revokeOf(3, ledger.height + 4));
    expect(ledger.state.get(members, 3)?.revokedFromHeight).toBe(ledger.height + 1);
    // With sven's voice tara's would be the third.
    expect(await ledger.run('tara', approveOf(id))).toEqual(['done']);
    expect(ledger.member('zoe').number).toBe(0);
    expect(ledger.state.get(proposals, id)?.approvedBy).toEqual([2, 4]);
    expect(await ledger.run('officer', approveOf(id))).toEqual(['done']);
    expect(ledger.member('zoe').number).toBe(6);
  });

  test('G-3: nor that of one who lost the role, until it is given anew', async () => {
    const id = await proposed('rita', ledger.enrolment('zoe'));
    const roles = OFFICE.roles as number;
    await decided(amendOf(2, { roles: roles & ~ROLE.registrar }));
    expect(await ledger.run('rita', approveOf(id))).toEqual(['role_missing']);
    expect(await ledger.run('sven', approveOf(id))).toEqual(['done']);
    expect(ledger.state.get(proposals, id)?.approvedBy).toEqual([3]);
    await decided(amendOf(2, { roles }));
    expect(await ledger.run('tara', approveOf(id))).toEqual(['done']);
    expect(ledger.member('zoe').number).toBe(0);
    expect(await ledger.run('rita', approveOf(id))).toEqual(['done']);
    expect(ledger.member('zoe').number).toBe(6);
  });

  /** Three voices in three blocks. */
  async function decided(inner: Action): Promise<void> {
    const id = await proposed('officer', inner);
    await ledger.run('sven', approveOf(id));
    expect(await ledger.run('tara', approveOf(id))).toEqual(['done']);
    expect(ledger.state.get(proposals, id)).toBeUndefined();
  }

  test('what cannot be carried out refuses the last voice, which can be given again', async () => {
    const id = await proposed('rita', recoverOf(ledger, 5, testingKey('next')));
    await ledger.run('sven', approveOf(id));
    const early = await proposed('rita', recoverOf(ledger, 5, testingKey('other')));
    await ledger.run('sven', approveOf(early));
    await ledger.run('tara', approveOf(early));
    expect(await ledger.run('tara', approveOf(id))).toEqual(['recovery_known']);
    expect(ledger.state.get(proposals, id)?.approvedBy).toEqual([2, 3]);
    await ledger.block(ledger.timeMs + DAY_MS - 10_000, []);
    await ledger.block(ledger.timeMs + 9000, []);
    expect(ledger.state.get(keys, testingKey('other').publicKey)?.member).toBe(5);
    expect(await ledger.run('tara', approveOf(id))).toEqual(['proposal_expired']);
  });
});

describe('T12: every action that an authority decides', () => {
  /** A message that reads, whatever it says: zeros, empty texts and lists, the first of choices. */
  function plain(shape: Shape): unknown {
    switch (shape.kind) {
      case 'integer': {
        const least = BigInt(shape.least) > 0n ? shape.least : '0';
        return shape.text ? least : Number(least);
      }
      case 'bytes':
        return '00'.repeat(shape.length ?? 0);
      case 'text':
        return '';
      case 'boolean':
        return false;
      case 'choice':
        return shape.names[0];
      case 'struct':
        return Object.fromEntries(shape.fields.map(([name, field]) => [name, plain(field)]));
      case 'list':
        return [];
      case 'optional':
        return null;
    }
  }

  function plainMessage(type: number): Action {
    const votable = votableActions.get(type);
    if (votable === undefined) throw new Error(`action ${type} is not votable`);
    const message: unknown = votable.codec.fromJson(plain(votable.codec.shape), votable.name);
    return { type, body: encode(votable.codec, message) };
  }

  test('G-4: alone, with one voice too few, twice by one, or by one removed, none applies', async () => {
    const { ruleBook } = await import('../execution/execution.ts');
    const types = votableActions.types();
    expect(types.length).toBeGreaterThan(10);
    for (const type of types) {
      ledger = await TestingLedger.create({ rules: ruleBook, founders, genesis: THREE });
      const inner = plainMessage(type);
      const without = stateWithoutProposals();
      expect(await ledger.run('rita', inner), `${type} alone`).toEqual(['needs_decision']);
      expect(await ledger.run('ana', inner), `${type} by nobody`).toEqual(['role_missing']);
      const id = await proposed('rita', inner);
      expect(await ledger.run('sven', approveOf(id))).toEqual(['done']);
      expect(await ledger.run('sven', approveOf(id))).toEqual(['proposal_approved_already']);
      const rita = ledger.state.get(members, 2);
      if (rita === undefined) throw new Error('rita is a founder');
      ledger.state.set(members, 2, { ...rita, revokedFromHeight: ledger.height + 1 });
      expect(await ledger.run('tara', approveOf(id)), `${type} by one removed`).toEqual(['done']);
      expect(ledger.state.get(proposals, id)?.approvedBy).toEqual([3, 4]);
      ledger.state.set(members, 2, rita);
      expect(stateWithoutProposals(), `${type} has had no effect`).toEqual(without);
      // The next voice is the one that is heard: it is answered by the action, not by the vote.
      const [last] = await ledger.run('officer', approveOf(id));
      expect(['needs_decision', 'role_missing', 'proposal_unknown']).not.toContain(last);
    }
  });

  /** Everything but open proposals and used numbers. */
  function stateWithoutProposals(): readonly (readonly [string, unknown])[] {
    const skipped = new Set(['proposals', 'lanes']);
    return [...tablesOf(ledger)]
      .filter((table) => !skipped.has(table.name))
      .map((table) => [table.name, ledger.state.entries(table)] as const);
  }
});

function* tablesOf(of: TestingLedger) {
  for (let id = 0; id < 100; id++) {
    const table = of.state.tableOf(id);
    if (table !== undefined) yield table;
  }
}

describe('limits', () => {
  test('G-6: one member cannot fill the table, and expired proposals make room', async () => {
    const many = Array.from({ length: PROPOSALS_OF_MEMBER_MAX + 1 }, (_, at) =>
      proposeOf(ledger, revokeOf(5, 900 + at)),
    );
    expect(await ledger.run('rita', ...many)).toEqual([
      ...Array(PROPOSALS_OF_MEMBER_MAX).fill('done'),
      'proposals_too_many',
    ]);
    expect(await ledger.run('sven', proposeOf(ledger, revokeOf(5, 900)))).toEqual(['done']);
    await ledger.block(ledger.timeMs + DAY_MS);
    expect(await ledger.run('rita', proposeOf(ledger, revokeOf(5, 900)))).toEqual(['done']);
    expect(ledger.state.size(proposals)).toBe(2);
  });

  test('all together have a limit', async () => {
    const filler: Proposal = {
      authority: 'registrar',
      ...revokeOf(5, 900),
      expiresMs: ledger.timeMs + DAY_MS,
      approvedBy: [99],
    };
    for (let count = 0; count < PROPOSALS_MAX; count++) {
      const id = new Uint8Array(32);
      new DataView(id.buffer).setUint32(0, count);
      ledger.state.set(proposals, id, { ...filler, approvedBy: [1000 + count] });
    }
    const one = () => proposeOf(ledger, revokeOf(5, 900), ledger.timeMs + 2 * DAY_MS);
    expect(await ledger.run('rita', one())).toEqual(['proposals_too_many']);
    await ledger.block(ledger.timeMs + DAY_MS);
    expect(await ledger.run('rita', one())).toEqual(['done']);
    expect(ledger.state.size(proposals)).toBe(1);
  });
});
