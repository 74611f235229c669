import { account, accountKeyCodec, accounts, balanceOf } from '@commonwatt/contracts';
import { encode, toHex } from '@commonwatt/ledger';
import { money } from '@commonwatt/units';
import { beforeAll, expect, test } from 'vitest';
import { actions } from '../actions.ts';
import { checkpointMemory } from '../checkpoint-memory.ts';
import { createClient, type RouteAnswer } from '../http/typed-client.ts';
import { crypto, hashOf, memoryCheckpoints, SmallNode } from '../testing/small-node.ts';
import { type PROVEN_ACCOUNTS, verifyBalance } from './balance.ts';
import type { Verifier } from './proven-block.ts';

type Answer = RouteAnswer<'memberBalance'>;
let node: SmallNode;

beforeAll(async () => {
  node = await SmallNode.create({ founders: { ana: {}, ben: {} } });
  for (const [name, amount] of [
    ['ana', 5n],
    ['ben', 7n],
  ] as const) {
    const member = node.memberOf(name);
    const deposit = { member, amount: money(amount), reference: hashOf(name) };
    await node.run('officer', actions.deposit(deposit));
  }
});

function verifier(): Verifier {
  const ledger = node.pinned;
  const memory = checkpointMemory(crypto, memoryCheckpoints(), ledger);
  return { client: createClient({ baseUrl: '', fetch: node.fetch }), crypto, ledger, memory };
}

function answerFor(member: number): Answer {
  const { ledger } = node;
  const query = (kind: (typeof PROVEN_ACCOUNTS)[number]) =>
    ledger.query(accounts.id, encode(accountKeyCodec, account(member, kind)));
  const amount = (kind: (typeof PROVEN_ACCOUNTS)[number]) =>
    `${balanceOf(ledger.state, account(member, kind))}`;
  const proofOf = (kind: (typeof PROVEN_ACCOUNTS)[number]) => {
    const { value, proof } = query(kind);
    const other = proof?.other;
    return {
      value: value === undefined ? null : toHex(value),
      siblings: (proof?.siblings ?? []).map(toHex),
      other:
        other === undefined
          ? null
          : { keyHash: toHex(other.keyHash), valueHash: toHex(other.valueHash) },
    };
  };
  const { height, root } = query('available');
  return {
    member,
    available: amount('available'),
    reserved: amount('reserved'),
    escrow: amount('escrow'),
    withdrawing: amount('withdrawing'),
    creditLimit: '0',
    proof: {
      height,
      root: toHex(root),
      available: proofOf('available'),
      reserved: proofOf('reserved'),
      escrow: proofOf('escrow'),
      withdrawing: proofOf('withdrawing'),
    },
  };
}

test('accounts that are there, and accounts that are not, stand under a signed header', async () => {
  const member = node.memberOf('ana');
  const answer = answerFor(member);
  expect([answer.available, answer.escrow]).toEqual(['5', '0']);
  const { size } = node.ledger.history;
  expect(await verifyBalance(verifier(), { member, answer })).toMatchObject({
    member,
    height: size - 1,
    checkpointSize: size,
  });
});

const ana = () => answerFor(node.memberOf('ana'));
const ben = () => answerFor(node.memberOf('ben'));
const zeros = '0'.repeat(64);

test.each<readonly [string, () => Answer, RegExp]>([
  ['another amount', () => ({ ...ana(), available: '6' }), /^available: expected 5, got 6$/],
  ['one where there is nothing', () => ({ ...ana(), escrow: '1' }), /^escrow: expected 0, got 1$/],
  ["another member's", () => ({ ...ben(), member: node.memberOf('ana') }), /^available: not as/],
  ['of another member', ben, /^member: expected 2, got 3$/],
  [
    "another member's account as the own",
    () => ({
      ...ana(),
      available: '7',
      proof: { ...ana().proof, available: ben().proof.available },
    }),
    /^available: not as the balance root has it$/,
  ],
  [
    'an account as absent',
    () => ({ ...ana(), available: '0', proof: { ...ana().proof, available: ana().proof.escrow } }),
    /^available: not as the balance root has it$/,
  ],
  [
    'another root',
    () => ({ ...ana(), proof: { ...ana().proof, root: zeros } }),
    /^available: not as the balance root has it$/,
  ],
  [
    'an older height',
    () => ({ ...ana(), proof: { ...ana().proof, height: 0 } }),
    /^balance root: expected [0-9a-f]{64}, got [0-9a-f]{64}$/,
  ],
])('%s does not hold', async (_what, answer, reason) => {
  const member = node.memberOf('ana');
  await expect(verifyBalance(verifier(), { member, answer: answer() })).rejects.toThrow(reason);
});
