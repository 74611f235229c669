import { type Action, decode, encode, eventCodec, headerCodec } from '@commonwatt/ledger';
import { describe, expect, test } from 'vitest';
import { ACTION } from '../action-types.ts';
import { action, hashOf, testingCrypto } from '../execution/testing-ledger.test-support.ts';
import {
  advanceCodec,
  burnCodec,
  type CrossingProof,
  crossingCodec,
  crossingProofCodec,
  type Lock,
  lockCodec,
  namePeerCodec,
} from './messages.ts';
import { advanceTo, crossingsIn, type FoundCrossing, proveCrossing } from './prove.ts';
import { heads as headsTable } from './state.ts';
import {
  CERTIFICATES,
  carry,
  expectDone,
  FINALITY_BLOCKS,
  fund,
  grantOf,
  lockCoin,
  lockEntitlementOf,
  MARKET,
  nano,
  type SigningLedger,
  type TwoLedgers,
  twoLedgers,
  wh,
} from './testing/two-ledgers.ts';

const lockTo = (message: Lock): Action => action(ACTION.lockAsset, lockCodec, message);
const claimOf = (proof: CrossingProof): Action =>
  action(ACTION.claimAsset, crossingProofCodec, proof);
const releaseOf = (proof: CrossingProof): Action =>
  action(ACTION.releaseCoin, crossingProofCodec, proof);

/** The last thing that left a ledger. */
function lastLeft({ ledger }: SigningLedger): FoundCrossing {
  for (let height = ledger.height; height >= 0; height--) {
    const record = ledger.ledger.record(height);
    const found = record && crossingsIn(record).at(-1);
    if (found !== undefined) return found;
  }
  throw new Error('nothing left');
}

/** Shows `to` the newest head of `from`. */
async function show(from: SigningLedger, to: SigningLedger, peer: number): Promise<number> {
  const { history } = from.ledger.ledger;
  const sizes = [...Array(history.size + 1).keys()];
  const taken = sizes.findLast((size) => to.ledger.state.get(headsTable, { peer, size })) ?? 0;
  const message = advanceTo(from.ledger.ledger, { peer, note: from.note(), takenSize: taken });
  await expectDone(to, 'officer', action(ACTION.advancePeer, advanceCodec, message));
  return history.size;
}

interface Locked extends TwoLedgers {
  readonly proof: CrossingProof;
}

/** Ana's 700 nano on their way: final, and shown to the ledger of certificates. */
async function locked(blocksBehind = FINALITY_BLOCKS): Promise<Locked> {
  const two = await twoLedgers();
  const { market, certificates } = two;
  await fund(market, 'ana', nano(1000));
  await expectDone(market, 'ana', lockCoin(nano(700)));
  await market.blocks(blocksBehind);
  const size = await show(market, certificates, MARKET);
  const place = { ...lastLeft(market), peer: MARKET, size };
  return { ...two, proof: proveCrossing(testingCrypto, market.ledger.ledger, place) };
}

const altered = (bytes: Uint8Array, at: number): Uint8Array =>
  bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));

describe('a proof is taken', () => {
  test('from whoever carries it, for its holder, exactly once', async () => {
    const { certificates, proof } = await locked();
    expect(await certificates.ledger.run('ben', claimOf(proof))).toEqual(['done']);
    expect(certificates.free('ana')).toBe(700n);
    expect(await certificates.ledger.run('ana', claimOf(proof))).toEqual(['crossing_claimed']);
    const both = await certificates.ledger.run('ana', claimOf(proof), claimOf(proof));
    expect(both).toEqual(['crossing_claimed', 'crossing_claimed']);
    expect(certificates.free('ana')).toBe(700n);
  });

  test('twice in one batch once', async () => {
    const { certificates, proof } = await locked();
    const codes = await certificates.ledger.run('ben', claimOf(proof), claimOf(proof));
    expect(codes).toEqual(['done', 'crossing_claimed']);
    expect(certificates.free('ana')).toBe(700n);
  });

  test('under any head that is kept, and under none that is not', async () => {
    const { market, certificates, proof } = await locked();
    await market.blocks(3);
    await show(market, certificates, MARKET);
    const unknown = { ...proof, size: proof.size + 1 };
    expect(await certificates.ledger.run('ana', claimOf(unknown))).toEqual(['head_unknown']);
    expect(await certificates.ledger.run('ana', claimOf(proof))).toEqual(['done']);
  });
});

describe('a proof is refused', () => {
  test.each([0, 1])('with %i blocks behind it, below the finality depth', async (blocks) => {
    const { certificates, proof } = await locked(blocks);
    expect(await certificates.ledger.run('ana', claimOf(proof))).toEqual(['not_final']);
    expect(certificates.free('ana')).toBe(0n);
  });

  test('with any digit altered: of the header, the event, a path or a place', async () => {
    const { certificates, proof } = await locked();
    const refused = ['proof_invalid', 'proof_of_other_chain', 'malformed', 'head_unknown'];
    const wrong: CrossingProof[] = [
      ...Array.from(proof.header.keys(), (at) => ({ ...proof, header: altered(proof.header, at) })),
      ...Array.from(proof.receipt.keys(), (at) => ({
        ...proof,
        receipt: altered(proof.receipt, at),
      })),
      ...proof.headerProof.map((hash, which) => ({
        ...proof,
        headerProof: proof.headerProof.map((one, at) => (at === which ? altered(hash, 7) : one)),
      })),
      ...proof.receiptProof.map((hash, which) => ({
        ...proof,
        receiptProof: proof.receiptProof.map((one, at) => (at === which ? altered(hash, 7) : one)),
      })),
      { ...proof, receiptIndex: proof.receiptIndex + 1 },
      { ...proof, receiptIndex: proof.receiptIndex - 1 },
      { ...proof, size: proof.size - 1 },
      { ...proof, headerProof: proof.headerProof.slice(1) },
      { ...proof, headerProof: [...proof.headerProof, hashOf('more')] },
    ];
    expect(proof.headerProof.length + proof.receiptProof.length).toBeGreaterThan(2);
    for (const one of wrong) {
      const [code] = await certificates.ledger.run('ana', claimOf(one));
      expect(refused).toContain(code);
    }
    expect(certificates.free('ana')).toBe(0n);
    expect(await certificates.ledger.run('ana', claimOf(proof))).toEqual(['done']);
  });

  test('with another amount under the same header', async () => {
    const { certificates, proof } = await locked();
    const event = decode(eventCodec, proof.receipt, 'receipt');
    const crossing = decode(crossingCodec, event.body, 'crossing');
    const body = encode(crossingCodec, { ...crossing, amount: nano(701) });
    const receipt = encode(eventCodec, { ...event, body });
    expect(await certificates.ledger.run('ana', claimOf({ ...proof, receipt }))).toEqual([
      'proof_invalid',
    ]);
  });

  test('of another chain: its own ledger’s, or a third one’s that has the same keys', async () => {
    const { certificates, proof } = await locked();
    const header = decode(headerCodec, proof.header, 'header');
    const foreign = encode(headerCodec, { ...header, chain: certificates.ledger.chain });
    expect(await certificates.ledger.run('ana', claimOf({ ...proof, header: foreign }))).toEqual([
      'proof_of_other_chain',
    ]);
    const other = await locked();
    const code = await other.certificates.ledger.run('ana', claimOf(proof));
    expect(code).toEqual(['done']); // two equal worlds are one: the same genesis, the same blocks
    const third = await twoLedgers(['ana', 'ben', 'cleo']);
    await fund(third.market, 'ana', nano(10));
    await expectDone(third.market, 'ana', lockCoin(nano(10)));
    await third.market.blocks(FINALITY_BLOCKS);
    const { size } = third.market.ledger.ledger.history;
    const place = { ...lastLeft(third.market), peer: MARKET, size };
    const elsewhere = proveCrossing(testingCrypto, third.market.ledger.ledger, place);
    expect(await certificates.ledger.run('ana', claimOf(elsewhere))).toEqual([
      'proof_of_other_chain',
    ]);
  });

  test('that is meant for another destination', async () => {
    const { market, certificates } = await twoLedgers();
    const elsewhere = { ...certificates.asPeer(3), chain: hashOf('a third ledger') };
    await expectDone(market, 'officer', action(ACTION.namePeer, namePeerCodec, elsewhere));
    await fund(market, 'ana', nano(10));
    const away = { peer: 3, amount: nano(10), entitlement: undefined };
    await expectDone(market, 'ana', lockTo(away));
    await market.blocks(FINALITY_BLOCKS);
    const size = await show(market, certificates, MARKET);
    const place = { ...lastLeft(market), peer: MARKET, size };
    const proof = proveCrossing(testingCrypto, market.ledger.ledger, place);
    expect(await certificates.ledger.run('ana', claimOf(proof))).toEqual(['proof_of_other_chain']);
  });

  test('of something else that happened, however well it is proven', async () => {
    const { market, certificates } = await locked();
    const { size } = market.ledger.ledger.history;
    const { height } = lastLeft(market);
    const { header, receipts } = market.ledger.ledger.record(height) ?? {};
    expect(header?.transactionCount).toBe(1);
    const codes = await Promise.all(
      (receipts ?? []).slice(0, -1).map(async (_receipt, receiptIndex) => {
        const place = { peer: MARKET, size, height, receiptIndex };
        const proof = proveCrossing(testingCrypto, market.ledger.ledger, place);
        return (await certificates.ledger.check(certificates.ledger.sign('ana', [claimOf(proof)])))
          ?.code;
      }),
    );
    expect(codes).toEqual(['proof_invalid', 'asset_wrong']);
  });

  test('of the wrong step: a lock is not released, a burn is not claimed', async () => {
    const { market, certificates, proof } = await locked();
    expect(await certificates.ledger.run('ana', releaseOf(proof))).toEqual(['wrong_ledger']);
    expect(await market.ledger.run('ana', claimOf(proof))).toEqual(['wrong_ledger']);
  });

  test('for a holder who is no member, until it is one', async () => {
    const { market, certificates } = await twoLedgers();
    await market.ledger.enrol('dora', {});
    await fund(market, 'dora', nano(10));
    await expectDone(market, 'dora', lockCoin(nano(10)));
    await market.blocks(FINALITY_BLOCKS);
    const size = await show(market, certificates, MARKET);
    const place = { ...lastLeft(market), peer: MARKET, size };
    const proof = proveCrossing(testingCrypto, market.ledger.ledger, place);
    expect(await certificates.ledger.run('ana', claimOf(proof))).toEqual(['member_unknown']);
    await certificates.ledger.enrol('dora', {});
    expect(await certificates.ledger.run('ana', claimOf(proof))).toEqual(['done']);
    expect(certificates.free('dora')).toBe(10n);
  });
});

describe('a release', () => {
  test('never gives back more than was locked, whatever the peer’s keys sign', async () => {
    const { market, certificates } = await twoLedgers();
    await fund(market, 'ana', nano(100));
    await expectDone(market, 'ana', lockCoin(nano(60)));
    await carry(market, certificates);
    const burnt = action(ACTION.burnCoin, burnCodec, { peer: MARKET, amount: nano(61) });
    expect(await certificates.ledger.run('ana', burnt)).toEqual(['balance_insufficient']);
    // A second ledger of certificates under the same keys and chain would have to lie to get there.
    const burn = action(ACTION.burnCoin, burnCodec, { peer: MARKET, amount: nano(60) });
    await expectDone(certificates, 'ana', burn);
    await certificates.blocks(FINALITY_BLOCKS);
    const size = await show(certificates, market, CERTIFICATES);
    const place = { ...lastLeft(certificates), peer: CERTIFICATES, size };
    const proof = proveCrossing(testingCrypto, certificates.ledger.ledger, place);
    expect(await market.ledger.run('ben', releaseOf(proof))).toEqual(['done']);
    expect(await market.ledger.run('ben', releaseOf(proof))).toEqual(['crossing_claimed']);
    expect(market.free('ana')).toBe(100n);
  });
});

describe('an entitlement', () => {
  test('goes with no coin, and a number of coins with none', async () => {
    const { market } = await twoLedgers();
    const grant = {
      member: market.ledger.member('ana').number,
      kind: 'renewable' as const,
      source: hashOf('deal'),
      fromMs: market.ledger.timeMs,
      untilMs: market.ledger.timeMs + 1,
      technology: 'wind' as const,
      region: 'A',
      energy: wh(5),
    };
    await expectDone(market, 'officer', grantOf(grant));
    const { member, kind, source } = grant;
    const key = { member, kind, source };
    const mixed = { peer: CERTIFICATES, amount: nano(1), entitlement: key };
    expect(await market.ledger.run('ana', lockTo(mixed))).toEqual(['asset_wrong']);
    expect(await market.ledger.run('ana', lockEntitlementOf(key))).toEqual(['done']);
  });
});
