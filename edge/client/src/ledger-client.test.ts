import { ROLE } from '@commonwatt/contracts';
import { fromHex, toHex } from '@commonwatt/ledger';
import { energy, money, power, price } from '@commonwatt/units';
import { beforeEach, describe, expect, test } from 'vitest';
import { actions } from './actions.ts';
import { checkpointMemory } from './checkpoint-memory.ts';
import type { ClientError } from './http/client-error.ts';
import { createClient } from './http/typed-client.ts';
import {
  formatInviteLink,
  type Invitation,
  inviteKeyOf,
  JoinRefusedError,
  join,
  parseInviteLink,
  readInvite,
} from './invite.ts';
import { MemberClient, type MemberClientOptions } from './ledger-client.ts';
import { pinLedger } from './pinned-ledger.ts';
import { auction, MARKET, SLOT_MS } from './testing/settled-street.ts';
import { crypto, hashOf, keysOf, memoryCheckpoints, SmallNode } from './testing/small-node.ts';
import { StepFault } from './verify/steps.ts';
import { UnprovenAnswerError } from './verify/submission.ts';

let node: SmallNode;

beforeEach(async () => {
  node = await SmallNode.create({ founders: { ana: {}, ben: {} }, markets: [auction] });
});

const noWait = async () => undefined;

function memberClient(name: string, changes: Partial<MemberClientOptions> = {}): MemberClient {
  const { signer } = keysOf(name);
  return new MemberClient({
    client: createClient({ baseUrl: 'http://node', fetch: node.fetch }),
    signer,
    ledger: node.pinned,
    memory: checkpointMemory(crypto, memoryCheckpoints(), node.pinned),
    wait: noWait,
    ...changes,
  });
}

const share = (wh: bigint) =>
  actions.share({ market: MARKET, slotMs: SLOT_MS, energy: energy(wh), limit: price(1000n) });

async function faultOf<E>(call: Promise<unknown>): Promise<E> {
  return call.then(
    () => expect.fail('expected a fault'),
    (error: E) => error,
  );
}

describe('submitting', () => {
  test('one batch after the other, each proven, in whatever order they are waited for', async () => {
    const ana = memberClient('ana');
    const answers = await Promise.all([1n, 2n, 3n].map((wh) => ana.submit([share(wh)])));
    expect(answers.map(({ height }) => height)).toEqual([1, 2, 3]);
    expect(answers.map((one) => one.actions)).toEqual([['done'], ['done'], ['done']]);
    expect(answers[2]?.checkpointSize).toBe(4);
    expect(answers[0]?.timeMs).toBe(node.record(1).header.timeMs);
  });

  test('a refused action is told, and an atomic batch is refused whole', async () => {
    const ana = memberClient('ana');
    const wrong = actions.transfer({ to: 99, amount: money(1n) });
    expect((await ana.submit([share(5n), wrong])).actions).toEqual(['done', 'member_unknown']);
    const whole = await faultOf<ClientError>(ana.submit([share(5n), wrong], { atomic: true }));
    expect(whole).toMatchObject({ code: 'refused', facts: { code: 'member_unknown' } });
    expect(node.heights).toHaveLength(2);
  });

  test('a refusal at the door consumes nothing', async () => {
    const stranger = memberClient('stranger');
    const fault = await faultOf<ClientError>(stranger.submit([share(1n)]));
    expect(fault).toMatchObject({ code: 'refused', facts: { code: 'wrong_user' } });
    expect(node.heights).toHaveLength(1);
  });

  test('a number that another device used is told, and the next batch takes the right one', async () => {
    const [phone, gateway] = [memberClient('ana'), memberClient('ana')];
    await phone.submit([share(1n)]);
    await gateway.submit([share(2n)]);
    const fault = await faultOf<ClientError>(phone.submit([share(3n)]));
    expect(fault).toMatchObject({ code: 'refused', facts: { code: 'sequence_wrong' } });
    expect(node.submitted).toHaveLength(3);
    expect((await phone.submit([share(3n)])).actions).toEqual(['done']);
  });

  test('a delegate acts for a member under its mandate', async () => {
    const ben = keysOf('ben').signer.publicKey;
    const mandate = { delegateKey: ben, actionTypes: [share(1n).type], untilMs: SLOT_MS };
    await memberClient('ana').submit([actions.giveMandate(mandate)]);
    const onBehalfOf = node.memberOf('ana');
    const acted = await memberClient('ben').submit([share(7n)], { onBehalfOf });
    expect(acted.actions).toEqual(['done']);
  });

  test('a lane of its own', async () => {
    const ana = memberClient('ana');
    await ana.submit([actions.openLane({ lane: 1 })]);
    const gateway = memberClient('ana', { lane: 1 });
    const answers = await Promise.all([ana.submit([share(1n)]), gateway.submit([share(2n)])]);
    expect(answers.map((one) => one.actions)).toEqual([['done'], ['done']]);
  });
});

describe('when the answer is lost', () => {
  test('the very same bytes are sent again, and have one effect', async () => {
    node.answersToLose = 2;
    const answer = await memberClient('ana').submit([share(1n)]);
    expect(answer).toMatchObject({ height: 1, actions: ['done'] });
    expect(new Set(node.submitted).size).toBe(1);
    expect(node.submitted).toHaveLength(3);
    expect(node.heights).toHaveLength(2);
  });

  test('an outcome that stays unknown can be found out, and nothing is signed before', async () => {
    node.answersToLose = 5;
    const ana = memberClient('ana');
    const fault = await faultOf<ClientError>(ana.submit([share(1n)]));
    expect(fault.code).toBe('outcome_unknown');
    const { transaction } = fault.facts as { transaction: string };
    expect(node.submitted).toEqual(Array(4).fill(transaction));
    // One more answer is lost; then the first batch is settled and the second one signed.
    const second = await ana.submit([share(2n)]);
    expect(second).toMatchObject({ height: 2, actions: ['done'] });
    expect(node.submitted.slice(4, 6)).toEqual(Array(2).fill(transaction));
    const found = await ana.resend(fromHex(transaction));
    expect(found).toMatchObject({ height: 1, actions: ['done'] });
    expect(node.heights).toHaveLength(3);
  });

  test('a door that is shut settles nothing about what was sent before', async () => {
    let isShut = false;
    const headers = { 'content-type': 'application/json' };
    const limited = JSON.stringify({ code: 'rate_limited', message: 'later', facts: {} });
    const fetch: typeof node.fetch = async (input, init) =>
      isShut && String(input).endsWith('/api/transactions')
        ? new Response(limited, { status: 429, headers })
        : node.fetch(input, init);
    const client = createClient({ baseUrl: 'http://node', fetch });
    const ana = memberClient('ana', { client });
    node.answersToLose = 4;
    const fault = await faultOf<ClientError>(ana.submit([share(1n)]));
    expect(fault.code).toBe('outcome_unknown');
    isShut = true;
    const shut = await faultOf<ClientError>(ana.submit([share(2n)]));
    expect(shut.code).toBe('rate_limited');
    isShut = false;
    await ana.submit([share(3n)]);
    const { transaction } = fault.facts as { transaction: string };
    expect(node.submitted.slice(0, 5)).toEqual(Array(5).fill(transaction));
    expect(node.submitted).toHaveLength(6);
    expect(node.heights).toHaveLength(3);
  });

  test('a node that is full has taken nothing', async () => {
    const full = { code: 'pool_full', message: 'full', facts: {} };
    const fetch: typeof node.fetch = async (input, init) =>
      String(input).endsWith('/api/transactions')
        ? new Response(JSON.stringify(full), {
            status: 503,
            headers: { 'content-type': 'application/json' },
          })
        : node.fetch(input, init);
    const client = createClient({ baseUrl: 'http://node', fetch });
    const fault = await faultOf<ClientError>(memberClient('ana', { client }).submit([share(1n)]));
    expect(fault).toMatchObject({ code: 'pool_full', status: 503 });
  });
});

describe('an answer that is not proven is not believed', () => {
  test.each<[string, (path: string, answer: Record<string, unknown>) => unknown]>([
    [
      'another code',
      (path, one) => (path === '/api/transactions' ? { ...one, actions: ['expired'] } : one),
    ],
    [
      'another block',
      (path, one) => (path === '/api/transactions' ? { ...one, blockHash: '00'.repeat(32) } : one),
    ],
    [
      'no path',
      (path, one) => {
        if (path !== '/api/transactions') return one;
        return { ...one, receipt: { ...(one.receipt as object), proof: ['00'.repeat(32)] } };
      },
    ],
    ['no history', (path, one) => (path.endsWith('/proof') ? { ...one, proof: [] } : one)],
    [
      'a leaf of nothing',
      (path, one) => {
        if (path !== '/api/transactions') return one;
        return { ...one, receipt: { ...(one.receipt as object), leaf: '00' } };
      },
    ],
  ])('%s', async (_what, lie) => {
    node.tamper = (path, answer) =>
      typeof answer === 'string' ? answer : lie(path, answer as Record<string, unknown>);
    const fault = await faultOf<Error>(memberClient('ana').submit([share(1n)]));
    expect(fault).toBeInstanceOf(UnprovenAnswerError);
  });

  test('a checkpoint that does not extend the last one kept', async () => {
    const memory = checkpointMemory(crypto, memoryCheckpoints(), node.pinned);
    const ana = memberClient('ana', { memory });
    await ana.submit([share(1n)]);
    const other = await SmallNode.create({ founders: { ana: {}, ben: {} }, markets: [auction] });
    expect(other.chain).toBe(node.chain);
    for (let blocks = 0; blocks < 4; blocks++) await other.block([]);
    node = other;
    const client = createClient({ baseUrl: 'http://node', fetch: other.fetch });
    const elsewhere = memberClient('ana', { memory, client });
    const fault = await faultOf<UnprovenAnswerError>(elsewhere.submit([share(1n)]));
    expect(fault).toBeInstanceOf(UnprovenAnswerError);
    expect(fault.facts).toMatchObject({ code: 'checkpoint_not_extending' });
  });
});

test('a ledger is pinned by its genesis document', async () => {
  const client = createClient({ baseUrl: 'http://node', fetch: node.fetch });
  expect(await pinLedger(client)).toEqual(node.pinned);
  expect(await pinLedger(client, { chain: node.chain, keys: ['k'] })).toMatchObject({
    keys: ['k'],
  });
  const another = pinLedger(client, { chain: '00'.repeat(32) });
  expect(await faultOf(another)).toBeInstanceOf(StepFault);
});

describe('invites', () => {
  const invitation = (): Invitation => ({ seed: hashOf('invite'), chain: node.chain });
  const admission = {
    kind: 'household',
    roles: ROLE.consumer,
    recordCommitment: hashOf('record'),
    importLimitW: power(11_000n),
    exportLimitW: power(0n),
    creditLimit: money(0n),
  } as const;

  async function invited(): Promise<Invitation> {
    const made = invitation();
    const expiresMs = node.timeMs + 3_600_000;
    const inviteKey = inviteKeyOf(made);
    const answer = await memberClient('officer').submit([
      actions.invite({ ...admission, inviteKey, expiresMs }),
    ]);
    expect(answer.actions).toEqual(['done']);
    return made;
  }

  const joining = (made: Invitation, seed?: Uint8Array) =>
    join({
      http: { baseUrl: 'http://node', fetch: node.fetch },
      invitation: made,
      ledger: node.pinned,
      memory: checkpointMemory(crypto, memoryCheckpoints(), node.pinned),
      ...(seed === undefined ? {} : { seed }),
    });

  test('a link says the invite and the ledger, behind the #', () => {
    const made = invitation();
    const link = formatInviteLink('https://street.example/', made);
    const hex = toHex(made.seed);
    expect(link).toBe(`https://street.example/#/join?invite=${hex}&chain=${node.chain}`);
    expect(parseInviteLink(link)).toEqual(made);
    expect(parseInviteLink(link.slice(link.indexOf('#')))).toEqual(made);
    for (const wrong of ['', link.slice(0, -1), `${link}0`, link.replace('chain', 'other')]) {
      expect(parseInviteLink(wrong)).toBeUndefined();
    }
  });

  test('is taken once, by a key that is made here, and admits to what it says', async () => {
    const made = await invited();
    const client = createClient({ baseUrl: 'http://node', fetch: node.fetch });
    expect(await readInvite(client, made)).toMatchObject({ open: true, kind: 'household' });
    const joined = await joining(made);
    expect(joined.member).toMatchObject({ member: 4, kind: 'household', importLimitW: '11000' });
    expect(joined.submission.actions).toEqual(['done']);
    const bid = { market: MARKET, slotMs: SLOT_MS, energy: energy(5n), limit: price(0n) };
    const first = await joined.memberClient.submit([actions.request(bid)]);
    expect(first.actions).toEqual(['done']);
    expect(await faultOf(joining(made))).toMatchObject({
      code: 'refused',
      facts: { code: 'invite_unknown' },
    });
  });

  test('for another ledger it is not even sent', async () => {
    const made = { ...(await invited()), chain: '00'.repeat(32) };
    const count = node.submitted.length;
    await expect(joining(made)).rejects.toThrow(/^invite: expected the chain/);
    expect(node.submitted).toHaveLength(count);
  });

  test('when the answer is lost the same seed joins', async () => {
    const made = await invited();
    node.answersToLose = 1;
    const seed = hashOf('my seed');
    const joined = await joining(made, seed);
    expect(joined.member.member).toBe(4);
    expect(joined.seed).toEqual(seed);
    expect(new JoinRefusedError('x').code).toBe('x');
  });
});
