/** A peer whose keys sign whatever they like: what it can take is bounded by what went there. */

import {
  type Action,
  emptyRoot,
  encode,
  eventCodec,
  type Header,
  HistoryTree,
  headerCodec,
  headerHash,
  leafHash,
} from '@commonwatt/ledger';
import { energy } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { ACTION } from '../action-types.ts';
import type { Grant } from '../certificates/messages.ts';
import { SOURCE_ENERGY_MAX } from '../certificates/receive.ts';
import { sources } from '../certificates/state.ts';
import { action, hashOf, testingCrypto } from '../execution/testing-ledger.test-support.ts';
import { AMOUNT_MAX, account, balanceOf } from '../wallet/accounts.ts';
import { crossingLeft } from './events.ts';
import { advanceCodec, type Crossing, crossingCodec, crossingProofCodec } from './messages.ts';
import { signedHeadOf } from './signed-head.ts';
import {
  CERTIFICATES,
  expectDone,
  FINALITY_BLOCKS,
  fund,
  lockCoin,
  MARKET,
  nano,
  type SigningLedger,
  type TwoLedgers,
  twoLedgers,
} from './testing/two-ledgers.ts';

const { sha256 } = testingCrypto;
const ZERO = new Uint8Array(32);

/** A block of the liar's in which one thing left, deep enough, under a head that it signed. */
function lie(liar: SigningLedger, peer: number, crossing: Crossing): readonly Action[] {
  const body = encode(crossingCodec, crossing);
  const receipt = encode(eventCodec, {
    transactionIndex: undefined,
    type: crossingLeft.type,
    body,
  });
  const header: Header = {
    version: 1,
    chain: liar.ledger.chain,
    height: 0,
    timeMs: 0,
    parent: ZERO,
    transactionCount: 0,
    transactionsRoot: emptyRoot(sha256),
    receiptCount: 1,
    receiptsRoot: leafHash(sha256, receipt),
    stateDigest: ZERO,
    balanceRoot: ZERO,
    balanceHeight: 0,
    historyRoot: emptyRoot(sha256),
    nonce: crossing.number,
  };
  const tree = new HistoryTree(sha256);
  tree.append(headerHash(testingCrypto, header));
  for (let at = 0; at < FINALITY_BLOCKS; at++) tree.append(hashOf(`block ${at}`));
  const head = signedHeadOf(liar.note(tree.size, tree.root()));
  const proof = {
    peer,
    size: tree.size,
    header: encode(headerCodec, header),
    headerProof: tree.inclusionProof(0),
    receipt,
    receiptIndex: 0,
    receiptProof: [],
  };
  const type = peer === MARKET ? ACTION.claimAsset : ACTION.releaseCoin;
  return [
    action(ACTION.advancePeer, advanceCodec, { peer, head, consistency: [] }),
    action(type, crossingProofCodec, proof),
  ];
}

const crossingTo = (to: SigningLedger, changes: Partial<Crossing>): Crossing => ({
  destination: to.ledger.chain,
  number: 1,
  step: 'lock',
  member: 2,
  holder: to.ledger.member('ana').key.publicKey,
  amount: nano(5),
  entitlement: undefined,
  ...changes,
});

/** What becomes of a lie to the ledger of certificates, or to the market. */
async function told(
  side: 'market' | 'certificates',
  changes: Partial<Crossing>,
): Promise<{ readonly code: string | undefined; readonly two: TwoLedgers }> {
  const two = await twoLedgers();
  const { market, certificates } = two;
  await fund(market, 'ben', nano(100));
  await expectDone(market, 'ben', lockCoin(nano(60)));
  const [from, to, peer] =
    side === 'market' ? [certificates, market, CERTIFICATES] : [market, certificates, MARKET];
  const codes = await to.ledger.run('ana', ...lie(from, peer, crossingTo(to, changes)));
  expect(codes[0]).toBe('done');
  return { code: codes[1], two };
}

describe('a market’s ledger', () => {
  test.each([
    ['all that was locked, and no more', nano(60), 'done'],
    ['one nano more', nano(61), 'peg_exceeded'],
    ['more than any amount', AMOUNT_MAX, 'peg_exceeded'],
    ['nothing', nano(0), 'amount_not_positive'],
    ['less than nothing', nano(-60), 'amount_not_positive'],
  ])('gives a liar %s', async (_name, amount, expected) => {
    const { code, two } = await told('market', { step: 'burn', amount });
    expect(code).toBe(expected);
    const pegged = balanceOf(two.market.ledger.state, account(0, 'pegged'));
    expect(pegged + two.market.free('ana')).toBe(60n);
  });

  test('releases burns alone', async () => {
    expect((await told('market', { step: 'lock' })).code).toBe('asset_wrong');
    expect((await told('market', { step: 'burn', entitlement: entitled({}) })).code).toBe(
      'asset_wrong',
    );
  });
});

const entitled = (changes: Partial<Grant>) => ({
  version: 1,
  grant: {
    member: 2,
    kind: 'renewable' as const,
    source: hashOf('deal'),
    fromMs: 1_767_225_600_000,
    untilMs: 1_767_225_600_001,
    technology: 'wind' as const,
    region: 'A',
    energy: energy(5n),
    ...changes,
  },
});

describe('a ledger of certificates', () => {
  test('mints locks alone, in amounts that exist', async () => {
    expect((await told('certificates', { step: 'burn' })).code).toBe('asset_wrong');
    expect((await told('certificates', { amount: nano(0) })).code).toBe('amount_not_positive');
    const beyond = nano(Number(1n << 52n) * 2 ** 39);
    expect((await told('certificates', { amount: beyond })).code).toBe('amount_too_large');
    const { code, two } = await told('certificates', { amount: AMOUNT_MAX });
    expect([code, two.certificates.free('ana')]).toEqual(['done', AMOUNT_MAX]);
  });

  test.each([
    ['with coin beside it', { amount: nano(1), entitlement: entitled({}) }, 'asset_wrong'],
    ['of another member', { entitlement: entitled({ member: 3 }), amount: nano(0) }, 'asset_wrong'],
    [
      'of too much energy',
      { entitlement: entitled({ energy: energy(SOURCE_ENERGY_MAX + 1n) }), amount: nano(0) },
      'energy_too_large',
    ],
    ['as it should be', { entitlement: entitled({}), amount: nano(0) }, 'done'],
  ])('takes an entitlement %s: %o', async (_name, changes, expected) => {
    const { code, two } = await told('certificates', changes);
    expect(code).toBe(expected);
    expect(two.certificates.ledger.state.size(sources)).toBe(expected === 'done' ? 1 : 0);
  });
});
