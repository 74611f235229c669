/**
 * The golden ledger's bridge: a ledger of certificates beside it, and what crosses between the two.
 * Coin goes there and comes back, certificates are issued, sold, used up and corrected away.
 */

import {
  type Action,
  encode,
  formatVerifierKey,
  HistoryTree,
  NOTE_SIGNATURE,
  signCheckpoint,
} from '@commonwatt/ledger';
import { money, price } from '@commonwatt/units';
import { ACTION } from '../../action-types.ts';
import {
  advanceCodec,
  burnCodec,
  type CrossingProof,
  crossingProofCodec,
  lockCodec,
  type NamePeer,
  namePeerCodec,
  reportForkCodec,
  setPeerOpenCodec,
} from '../../bridge/messages.ts';
import { sizesOf } from '../../bridge/peers.ts';
import { advanceTo, crossingsIn, proveCrossing } from '../../bridge/prove.ts';
import { carryActions, relayActions } from '../../bridge/relay.ts';
import { signedHeadOf } from '../../bridge/signed-head.ts';
import {
  buyCertificatesCodec,
  countCertificatesCodec,
  type EntitlementKind,
  offerCertificatesCodec,
  openRenewableCodec,
  retireCertificatesCodec,
  stretchCodec,
  transferCertificatesCodec,
} from '../../certificates/messages.ts';
import { entitlements, ranges } from '../../certificates/state.ts';
import type { ComputedRun } from '../../settlement/run.ts';
import {
  action,
  GENESIS_MS,
  TestingLedger,
  testingCrypto,
  testingKey,
} from '../testing-ledger.test-support.ts';
import { bytes32, coins, DAY_MS, Recipe, wh } from './golden-recipe.ts';

const { sha256 } = testingCrypto;
const CERTIFICATES = 1;
const MARKET = 2;
const FINALITY_BLOCKS = 1;
const MARKET_NAME = 'commonwatt/test';
const CERTIFICATES_NAME = 'commonwatt/certificates';
const HOLDERS = ['ben', 'sun', 'ana'] as const;

/** The two ledgers of the recipe. */
export interface Crossing {
  readonly market: Recipe;
  readonly certificates: Recipe;
}

function noteOf(name: string, size: number, root: Uint8Array): string {
  const checkpoint = { origin: name, size, root, extensions: [] };
  return signCheckpoint(sha256, { checkpoint, name, signer: testingKey(name) });
}

function headOf(recipe: Recipe, name: string): string {
  const { history } = recipe.ledger.ledger;
  return noteOf(name, history.size, history.root());
}

function peerOf(recipe: Recipe, name: string, peer: number): NamePeer {
  const { publicKey } = testingKey(name);
  const keys = [formatVerifierKey(sha256, { name, type: NOTE_SIGNATURE, publicKey })];
  const { chain } = recipe.ledger;
  return { peer, chain, origin: name, keys, threshold: 1, finalityBlocks: FINALITY_BLOCKS };
}

/** The ledger of certificates begins, and each knows the other. */
export async function beginCertificates(market: Recipe): Promise<Crossing> {
  const founders = Object.fromEntries(
    HOLDERS.map((name) => {
      const { publicKey, agreementKey } = market.ledger.member(name).key;
      return [name, { publicKey, agreementKey }];
    }),
  );
  const ledger = await TestingLedger.create({
    name: CERTIFICATES_NAME,
    founders,
    genesis: {
      certificateLedger: { periodOriginMs: GENESIS_MS, periodLengthMs: 365 * DAY_MS },
      peers: [peerOf(market, MARKET_NAME, MARKET)],
    },
  });
  for (const name of HOLDERS) ledger.useKey(name, market.ledger.member(name).key);
  const certificates = new Recipe(ledger);
  const named = peerOf(certificates, CERTIFICATES_NAME, CERTIFICATES);
  const name = (one: NamePeer) => action(ACTION.namePeer, namePeerCodec, one);
  await market.block([
    ['ana', name(named), 'role_missing'],
    [
      'officer',
      [name({ ...named, threshold: 2 }), name(named), name({ ...named, peer: 9 })],
      ['peer_invalid', 'done', 'peer_known'],
    ],
  ]);
  return { market, certificates };
}

async function carry(from: Recipe, to: Recipe, name: string): Promise<void> {
  for (let at = 0; at < FINALITY_BLOCKS; at++) await from.block([]);
  const { actions } = relayActions(testingCrypto, {
    from: from.ledger.ledger,
    note: headOf(from, name),
    to: to.ledger.state,
    toChain: to.ledger.chain,
  });
  await to.block([['officer', actions, actions.map(() => 'done')]]);
}

const lockCoin = (count: number): Action =>
  action(ACTION.lockAsset, lockCodec, {
    peer: CERTIFICATES,
    amount: coins(count),
    entitlement: undefined,
  });

/** Locks what a member is entitled to, as the ledger has it. */
function lockOwn(market: Recipe, name: string, kind: EntitlementKind): Action {
  const member = market.number(name);
  const own = market.ledger.state
    .entries(entitlements)
    .find(([key, one]) => key.member === member && key.kind === kind && one.lockedVersion === 0);
  if (own === undefined) throw new Error(`golden ledger: expected ${kind} energy of ${name}`);
  return action(ACTION.lockAsset, lockCodec, {
    peer: CERTIFICATES,
    amount: money(0n),
    entitlement: own[0],
  });
}

/** The sun opens the period's first run; coin and its certificates cross, and some are sold. */
export async function openAndSell(crossing: Crossing, run: ComputedRun): Promise<void> {
  const { market, certificates } = crossing;
  const member = market.number('sun');
  const found = run.members.find((one) => one.member === member);
  if (found === undefined) throw new Error('golden ledger: expected the sun in the run');
  const { periodFromMs, bought, sold, renewable, salt } = found.energy;
  const opening = { member, periodFromMs, bought, sold, renewable, salt };
  const open = (changes: Partial<typeof opening>) =>
    action(ACTION.openRenewable, openRenewableCodec, { ...opening, ...changes });
  await market.block([
    [
      'sun',
      [open({ bought: sold }), open({}), open({})],
      ['opening_wrong', 'done', 'source_claimed'],
    ],
    ['ben', [open({ salt: salt.map((byte) => byte ^ 1) }), lockCoin(2)], ['role_missing', 'done']],
  ]);
  const own = lockOwn(market, 'sun', 'renewable');
  await market.block([
    ['ben', own, 'entitlement_not_yours'],
    ['sun', [own, own], ['done', 'entitlement_locked']],
  ]);
  await carry(market, certificates, MARKET_NAME);
  const stretch = { issuance: 1, first: wh(0) };
  const offer = (amount: number, nano: number) =>
    action(ACTION.offerCertificates, offerCertificatesCodec, {
      ...stretch,
      energy: wh(amount),
      price: price(BigInt(nano)),
    });
  const back = action(ACTION.withdrawOffer, stretchCodec, { ...stretch, energy: wh(60) });
  const buy = (amount: number, most: number) =>
    action(ACTION.buyCertificates, buyCertificatesCodec, {
      ...stretch,
      energy: wh(amount),
      priceMost: price(BigInt(most)),
    });
  await certificates.block([
    ['sun', [offer(60, 0), offer(60, 19_000)], ['price_invalid', 'done']],
    ['ben', [buy(40, 18_999), buy(61, 19_000)], ['terms_changed', 'range_exceeded']],
    ['sun', [back, offer(60, 20_000)], ['done', 'done']],
    ['ben', buy(40, 20_000)],
  ]);
  const use = { issuance: 1, first: wh(0), energy: wh(15) };
  const transfer = { issuance: 1, first: wh(15), energy: wh(5), to: certificates.number('ana') };
  const retire = { ...use, beneficiary: 'school' };
  await certificates.block([
    [
      'ben',
      [
        action(ACTION.retireCertificates, retireCertificatesCodec, retire),
        action(ACTION.transferCertificates, transferCertificatesCodec, transfer),
        action(ACTION.burnCoin, burnCodec, { peer: MARKET, amount: coins(3) }),
        action(ACTION.burnCoin, burnCodec, { peer: MARKET, amount: coins(1) }),
      ],
      ['done', 'done', 'balance_insufficient', 'done'],
    ],
  ]);
  await carry(certificates, market, CERTIFICATES_NAME);
}

/** What a round of direct purchase gave rise to crosses; so does what nobody opened of the last run. */
export async function countAndCorrect({ market, certificates }: Crossing): Promise<void> {
  await market.block([['ana', lockOwn(market, 'ana', 'renewable')]]);
  const duties = carryActions(market.ledger.state, CERTIFICATES);
  await market.block([['ben', duties, duties.map(() => 'done')]]);
  await carry(market, certificates, MARKET_NAME);
  const issuance = 2;
  const give = (to: string, first: number, amount: number) =>
    action(ACTION.transferCertificates, transferCertificatesCodec, {
      issuance,
      first: wh(first),
      energy: wh(amount),
      to: certificates.number(to),
    });
  const count = (amount: number) =>
    action(ACTION.countCertificates, countCertificatesCodec, {
      issuance,
      first: wh(0),
      energy: wh(amount),
      duty: 'quota',
      period: 0,
    });
  const debt = (amount: number) =>
    action(ACTION.settleDebt, stretchCodec, { issuance, first: wh(6000), energy: wh(amount) });
  const excess = { issuance, first: wh(5000), energy: wh(1000) };
  await certificates.block([
    ['ana', [give('ben', 0, 6000), give('sun', 6000, 100)], ['done', 'done']],
    [
      'ben',
      [count(6000), count(5000), action(ACTION.freeExcess, stretchCodec, excess)],
      ['duty_exceeded', 'done', 'range_not_live'],
    ],
    ['sun', [debt(100), debt(40)], ['debt_exceeded', 'done']],
  ]);
  const unsold = certificates.ledger.state.entries(ranges).filter(([key]) => key.issuance === 1);
  if (!unsold.some(([, one]) => one.status === 'withdrawn')) {
    throw new Error('golden ledger: expected certificates that were withdrawn');
  }
}

/** The same proof again, and a fork of the ledger of certificates: the peg stands still, and goes on. */
export async function fork({ market, certificates }: Crossing): Promise<void> {
  const { ledger } = certificates.ledger;
  const { history } = ledger;
  const left = [...Array(history.size).keys()]
    .flatMap((height) => {
      const record = ledger.record(height);
      return record === undefined ? [] : crossingsIn(record);
    })
    .at(0);
  if (left === undefined) throw new Error('golden ledger: expected that something left');
  const { size } = history;
  const note = headOf(certificates, CERTIFICATES_NAME);
  const advance = (given: string, takenSize: number): Action => {
    const step = advanceTo(ledger, { peer: CERTIFICATES, note: given, takenSize });
    return { type: ACTION.advancePeer, body: encode(advanceCodec, step) };
  };
  const last = sizesOf(market.ledger.state, CERTIFICATES).at(-1) ?? 0;
  const again: CrossingProof = proveCrossing(testingCrypto, ledger, {
    ...left,
    peer: CERTIFICATES,
    size,
  });
  const release = (proof: CrossingProof) => action(ACTION.releaseCoin, crossingProofCodec, proof);
  const altered = again.receipt.map((byte, at) => (at === 100 ? byte ^ 1 : byte));
  const tree = new HistoryTree(sha256);
  for (let at = 0; at < size; at++) tree.append(at === 1 ? bytes32('fork') : history.leafHash(at));
  const report = action(ACTION.reportFork, reportForkCodec, {
    peer: CERTIFICATES,
    head: signedHeadOf(noteOf(CERTIFICATES_NAME, size, tree.root())),
    againstSize: size,
    index: 1,
    leafHash: tree.leafHash(1),
    proof: tree.inclusionProof(1),
    againstLeafHash: history.leafHash(1),
    againstProof: history.inclusionProof(1),
  });
  const open = action(ACTION.setPeerOpen, setPeerOpenCodec, {
    peer: CERTIFICATES,
    open: 'open',
    reason: 'the key was replaced',
    forgetHeads: false,
  });
  await market.block([
    [
      'sun',
      [advance(note, last), release(again), release({ ...again, receipt: altered })],
      ['done', 'crossing_claimed', 'proof_invalid'],
    ],
    ['sun', [report, lockCoin(1)], ['done', 'peer_stopped']],
    ['officer', open],
  ]);
}
