import {
  type Action,
  COSIGNATURE,
  cosignCheckpoint,
  formatVerifierKey,
  HistoryTree,
  signCheckpoint,
} from '@commonwatt/ledger';
import { describe, expect, test } from 'vitest';
import { ACTION } from '../action-types.ts';
import {
  action,
  hashOf,
  testingCrypto,
  testingKey,
} from '../execution/testing-ledger.test-support.ts';
import {
  advanceCodec,
  type NamePeer,
  namePeerCodec,
  type ReportFork,
  reportForkCodec,
  setPeerOpenCodec,
} from './messages.ts';
import { sizesOf } from './peers.ts';
import { advanceTo } from './prove.ts';
import { noteOf, signedHeadOf } from './signed-head.ts';
import { forks, HEADS_KEPT, peers } from './state.ts';
import {
  CERTIFICATES,
  carry,
  expectDone,
  fund,
  lockCoin,
  MARKET,
  nano,
  relay,
  type SigningLedger,
  type TwoLedgers,
  twoLedgers,
} from './testing/two-ledgers.ts';

const advanceOf = (from: SigningLedger, note: string, takenSize: number): Action =>
  action(
    ACTION.advancePeer,
    advanceCodec,
    advanceTo(from.ledger.ledger, { peer: MARKET, note, takenSize }),
  );

async function grown(blocks = 4): Promise<TwoLedgers> {
  const two = await twoLedgers();
  await two.market.blocks(blocks);
  return two;
}

describe('a head is taken', () => {
  test('when it is signed by the peer and continues the last one', async () => {
    const { market, certificates } = await grown();
    const { ledger } = certificates;
    expect(await ledger.run('ben', advanceOf(market, market.note(3), 0))).toEqual(['done']);
    expect(await ledger.run('ben', advanceOf(market, market.note(5), 3))).toEqual(['done']);
    expect(sizesOf(ledger.state, MARKET)).toEqual([3, 5]);
  });

  test('and the newest are kept, with the note that proves each', async () => {
    const { market, certificates } = await grown(HEADS_KEPT + 2);
    for (let size = 1; size <= HEADS_KEPT + 2; size++) {
      const message = advanceOf(market, market.note(size), size - 1);
      await expectDone(certificates, 'ana', message);
    }
    const sizes = sizesOf(certificates.ledger.state, MARKET);
    expect(sizes).toHaveLength(HEADS_KEPT);
    expect(sizes[0]).toBe(3);
    expect(noteOf(signedHeadOf(market.note(5)))).toBe(market.note(5));
  });

  test('with as many signatures as the peer was named with, witnesses’ among them', async () => {
    const { market, certificates } = await twoLedgers();
    await market.blocks(2);
    const witness = 'witness.example';
    const keys = [market.verifierKey, cosignerKey(witness)];
    const named: NamePeer = { ...market.asPeer(MARKET), keys, threshold: 2 };
    await expectDone(certificates, 'officer', action(ACTION.namePeer, namePeerCodec, named));
    const alone = advanceOf(market, market.note(), 0);
    expect(await certificates.ledger.run('ana', alone)).toEqual(['checkpoint_invalid']);
    const note = cosignCheckpoint(testingCrypto.sha256, {
      note: market.note(),
      name: witness,
      signer: testingKey(witness),
      timestampSeconds: 1_767_225_600,
    });
    expect(await certificates.ledger.run('ana', advanceOf(market, note, 0))).toEqual(['done']);
  });
});

describe('a head is refused', () => {
  test('of another ledger, of no key of the peer, or altered in any part', async () => {
    const { market, certificates } = await grown();
    const { ledger } = certificates;
    const message = advanceTo(market.ledger.ledger, {
      peer: MARKET,
      note: market.note(),
      takenSize: 0,
    });
    const { head } = message;
    const run = async (changes: Partial<typeof head>) =>
      ledger.run(
        'ana',
        action(ACTION.advancePeer, advanceCodec, { ...message, head: { ...head, ...changes } }),
      );
    expect(await run({ origin: 'commonwatt/other' })).toEqual(['proof_of_other_chain']);
    expect(await run({ size: head.size + 1 })).toEqual(['checkpoint_invalid']);
    expect(await run({ root: hashOf('another') })).toEqual(['checkpoint_invalid']);
    expect(await run({ signatures: [] })).toEqual(['checkpoint_invalid']);
    const [line] = head.signatures;
    if (line === undefined) throw new Error('expected a signature');
    for (const changes of [
      { name: 'someone' },
      { name: 'with space' },
      { keyHash: new Uint8Array(4) },
      { signature: line.signature.map((byte, at) => (at === 0 ? byte ^ 1 : byte)) },
      { signature: new Uint8Array(0) },
    ]) {
      expect(await run({ signatures: [{ ...line, ...changes }] })).toEqual(['checkpoint_invalid']);
    }
    expect(sizesOf(ledger.state, MARKET)).toEqual([]);
  });

  test('behind what was taken, or not shown to continue it', async () => {
    const { market, certificates } = await grown();
    const { ledger } = certificates;
    await expectDone(certificates, 'ana', advanceOf(market, market.note(4), 0));
    expect(await ledger.run('ana', advanceOf(market, market.note(4), 0))).toEqual([
      'checkpoint_behind',
    ]);
    expect(await ledger.run('ana', advanceOf(market, market.note(3), 0))).toEqual([
      'checkpoint_behind',
    ]);
    expect(await ledger.run('ana', advanceOf(market, market.note(5), 0))).toEqual([
      'checkpoint_not_extending',
    ]);
    expect(await ledger.run('ana', advanceOf(market, market.note(5), 3))).toEqual([
      'checkpoint_not_extending',
    ]);
    expect(sizesOf(ledger.state, MARKET)).toEqual([4]);
  });

  test('of a peer that nobody named', async () => {
    const { market, certificates } = await grown();
    const message = advanceTo(market.ledger.ledger, { peer: 9, note: market.note(), takenSize: 0 });
    const sent = action(ACTION.advancePeer, advanceCodec, message);
    expect(await certificates.ledger.run('ana', sent)).toEqual(['peer_unknown']);
  });
});

/** Another history of the same length, under the market's own key. */
function forkOf(market: SigningLedger, size: number, from: number) {
  const { history } = market.ledger.ledger;
  const tree = new HistoryTree(testingCrypto.sha256);
  for (let at = 0; at < size; at++) {
    tree.append(at < from ? history.leafHash(at) : hashOf(`forked ${at}`));
  }
  return { tree, note: market.note(size, tree.root()) };
}

describe('a fork', () => {
  test('two roots of one size: not taken, kept as evidence, and the peg stands still', async () => {
    const { market, certificates } = await grown();
    const { ledger } = certificates;
    await fund(market, 'ana', nano(10));
    await expectDone(market, 'ana', lockCoin(nano(10)));
    await market.blocks(4);
    const { size } = market.ledger.ledger.history;
    await expectDone(certificates, 'ana', advanceOf(market, market.note(), 0));
    const { note } = forkOf(market, size, 3);
    expect(await ledger.run('ben', advanceOf(market, note, 0))).toEqual(['done']);
    expect(ledger.state.get(peers, MARKET)?.stopped).toContain('fork');
    const [[, kept] = []] = ledger.state.entries(forks);
    expect(kept && [noteOf(kept.taken), noteOf(kept.shown)]).toEqual([market.note(), note]);
    // Nothing crosses until governance resumes it; then what is proven by the kept head does.
    expect(await relay(market, certificates)).toEqual([]);
    expect(await ledger.run('ben', advanceOf(market, note, 0))).toEqual(['peer_stopped']);
    await market.blocks(1);
    const open = {
      peer: MARKET,
      open: 'open' as const,
      reason: 'key replaced',
      forgetHeads: false,
    };
    const resume = action(ACTION.setPeerOpen, setPeerOpenCodec, open);
    expect(await ledger.run('ana', resume)).toEqual(['role_missing']);
    await expectDone(certificates, 'officer', resume);
    await carry(market, certificates);
    expect(certificates.free('ana')).toBe(10n);
    expect(ledger.state.size(forks)).toBe(1);
  });

  test('two headers at one index, in heads of different sizes', async () => {
    const { market, certificates } = await grown();
    const { ledger } = certificates;
    await expectDone(certificates, 'ana', advanceOf(market, market.note(4), 0));
    const { tree, note } = forkOf(market, 5, 2);
    const { history } = market.ledger.ledger;
    const report: ReportFork = {
      peer: MARKET,
      head: signedHeadOf(note),
      againstSize: 4,
      index: 2,
      leafHash: tree.leafHash(2),
      proof: tree.inclusionProof(2),
      againstLeafHash: history.leafHash(2),
      againstProof: history.inclusionProof(2, 4),
    };
    const send = (changes: Partial<ReportFork>) =>
      ledger.run('ben', action(ACTION.reportFork, reportForkCodec, { ...report, ...changes }));
    expect(await send({ index: 1 })).toEqual(['fork_unproven']);
    expect(await send({ againstSize: 3 })).toEqual(['head_unknown']);
    const same = {
      index: 1,
      leafHash: tree.leafHash(1),
      proof: tree.inclusionProof(1),
      againstLeafHash: history.leafHash(1),
      againstProof: history.inclusionProof(1, 4),
    };
    expect(await send(same)).toEqual(['fork_unproven']);
    expect(await send({})).toEqual(['done']);
    expect(ledger.state.get(peers, MARKET)?.stopped).toContain('fork');
    expect(await send({})).toEqual(['peer_stopped']);
  });

  test('whose wrong branch was taken first: governance has it forgotten', async () => {
    const { market, certificates } = await grown();
    const { ledger } = certificates;
    const { note } = forkOf(market, 5, 2);
    await expectDone(certificates, 'ana', advanceOf(market, note, 0));
    await market.blocks(3);
    expect(await ledger.run('ana', advanceOf(market, market.note(8), 5))).toEqual([
      'checkpoint_not_extending',
    ]);
    const forget = { peer: MARKET, open: 'open' as const, reason: 'restored', forgetHeads: true };
    await expectDone(certificates, 'officer', action(ACTION.setPeerOpen, setPeerOpenCodec, forget));
    expect(await ledger.run('ana', advanceOf(market, market.note(8), 0))).toEqual(['done']);
  });
});

describe('governance', () => {
  test('stops a peg, and names no ledger twice, none of itself, none that nobody could sign for', async () => {
    const { market, certificates } = await twoLedgers();
    const name = async (changes: Partial<NamePeer>) => {
      const named = { ...market.asPeer(MARKET), ...changes };
      return certificates.ledger.run('officer', action(ACTION.namePeer, namePeerCodec, named));
    };
    expect(await name({ peer: 2 })).toEqual(['peer_known']);
    expect(await name({ peer: 2, chain: certificates.ledger.chain })).toEqual(['peer_invalid']);
    expect(await name({ chain: hashOf('another') })).toEqual(['peer_invalid']);
    expect(await name({ threshold: 2 })).toEqual(['peer_invalid']);
    expect(await name({ threshold: 0 })).toEqual(['peer_invalid']);
    expect(await name({ keys: ['no key'] })).toEqual(['peer_invalid']);
    expect(await name({ origin: '' })).toEqual(['peer_invalid']);
    expect(await name({ peer: 0, chain: hashOf('third') })).toEqual(['peer_invalid']);
    expect(await name({ finalityBlocks: 5 })).toEqual(['done']);
    expect(certificates.ledger.state.get(peers, MARKET)?.finalityBlocks).toBe(5);
    const stop = {
      peer: CERTIFICATES,
      open: 'halted' as const,
      reason: 'audit',
      forgetHeads: false,
    };
    await expectDone(market, 'officer', action(ACTION.setPeerOpen, setPeerOpenCodec, stop));
    await fund(market, 'ana', nano(5));
    expect(await market.ledger.run('ana', lockCoin(nano(5)))).toEqual(['peer_stopped']);
  });
});

function cosignerKey(name: string): string {
  const { publicKey } = testingKey(name);
  return formatVerifierKey(testingCrypto.sha256, { name, type: COSIGNATURE, publicKey });
}

test('a note with further lines is none of a ledger’s', () => {
  const checkpoint = { origin: 'a', size: 1, root: hashOf('root'), extensions: ['more'] };
  const signer = testingKey('a');
  const note = signCheckpoint(testingCrypto.sha256, { checkpoint, name: 'a', signer });
  expect(() => signedHeadOf(note)).toThrow('no further lines');
  expect(() => signedHeadOf('nothing')).toThrow('checkpoint: expected one');
});
