import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import type { DecidedBlock } from './application.ts';
import { balanceKeyHash } from './balances.ts';
import { decodeRecord, encodeRecord, headerHash, leadingZeroBits } from './block.ts';
import { equalBytes, toHex } from './bytes.ts';
import { encode, fixedBytes, textUpTo, u16, u64 } from './codec.ts';
import { struct } from './composite-codec.ts';
import { encodeGenesis } from './genesis.ts';
import { Ledger } from './ledger.ts';
import { verifyMapProof } from './merkle/balance-map.ts';
import { verifyInclusion } from './merkle/tree.ts';
import {
  type ActionType,
  activate,
  type EventType,
  EXECUTION,
  type Execution,
  type RuleBook,
  UnknownRulesError,
} from './rules.ts';
import { table } from './state.ts';
import { LedgerDamagedError } from './stored-block.ts';
import { type Envelope, signTransaction } from './transaction.ts';
import type { Crypto, Signer, Storage, StoredHead } from './world.ts';

const GENESIS_MS = 1_700_000_000_000;

const publicKeys = new Map<string, KeyObject>();
function keyOf(publicKey: Uint8Array): KeyObject {
  const name = toHex(publicKey);
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), publicKey]);
  const key = publicKeys.get(name) ?? createPublicKey({ key: der, format: 'der', type: 'spki' });
  publicKeys.set(name, key);
  return key;
}
const crypto: Crypto = {
  sha256: (message) => Uint8Array.from(createHash('sha256').update(message).digest()),
  verify: (key, message, signature) => verify(null, message, keyOf(key), signature),
};
function signerOf(seed: number): Signer {
  const der = Buffer.concat([
    Buffer.from('302e020100300506032b657004220420', 'hex'),
    Buffer.alloc(32, seed),
  ]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return {
    publicKey: Uint8Array.from(spki.subarray(-32)),
    sign: (message) => Uint8Array.from(sign(null, message, key)),
  };
}
const [ana, ben] = [signerOf(1), signerOf(2)] as const;

class Store implements Storage {
  document: Uint8Array | undefined;
  kept: StoredHead | undefined;
  records: Uint8Array[] = [];
  failure: Error | undefined;
  genesis(): Uint8Array | undefined {
    return this.document;
  }
  async putGenesis(document: Uint8Array): Promise<void> {
    this.document = document;
  }
  head(): StoredHead | undefined {
    return this.kept;
  }
  lastHeight(): number | undefined {
    return this.records.length === 0 ? undefined : this.records.length - 1;
  }
  record(height: number): Uint8Array | undefined {
    return this.records[height];
  }
  async append(height: number, hash: Uint8Array, record: Uint8Array): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    this.records[height] = record;
    this.kept = { height, hash };
  }
  async close(): Promise<void> {}
  copy(): Store {
    const copy = new Store();
    copy.document = this.document?.slice();
    copy.kept = this.kept;
    copy.records = this.records.map((one) => one.slice());
    return copy;
  }
}

interface Note {
  readonly key: string;
  readonly text: string;
}
const noteCodec = struct<Note>({ key: textUpTo(16), text: textUpTo(200) });
const notes = table<string, string>(1, 'notes', textUpTo(16), textUpTo(200), { provable: true });
const lanes = table<Uint8Array, number>(2, 'lanes', fixedBytes(34), u64);
const written: EventType<Note> = { type: 1, name: 'written', codec: noteCodec, audience: 'public' };

function laneKey({ sender, lane }: Envelope): Uint8Array {
  return Uint8Array.of(...sender, lane >> 8, lane & 255);
}

const put: ActionType<Note> = {
  type: 1,
  name: 'put',
  codec: noteCodec,
  apply(context, { key, text }) {
    const stands = context.state.get(notes, key) !== undefined;
    context.emit(written, { key, text });
    context.state.set(notes, key, text);
    return stands ? { code: 'note_stands', key } : undefined;
  },
};
const remove: ActionType<string> = {
  type: 2,
  name: 'remove',
  codec: textUpTo(16),
  apply: ({ state }, key) => void state.delete(notes, key),
};
/** Activates a version of the execution rules. */
const activateRules: ActionType<{ readonly version: number; readonly fromHeight: number }> = {
  type: 3,
  name: 'activate',
  codec: struct<{ readonly version: number; readonly fromHeight: number }>({
    version: u16,
    fromHeight: u64,
  }),
  apply: ({ state }, activation) => void activate(state, EXECUTION, activation),
};

const CODES = [
  'malformed',
  'wrong_chain',
  'expired',
  'not_yet_valid',
  'bad_signature',
  'action_unknown',
  'batch_refused',
  'wrong_sequence',
  'note_stands',
];

function executionOf(version: number): Execution {
  return {
    version,
    actions: new Map<number, ActionType<Note> | ActionType<string> | typeof activateRules>([
      [1, put],
      [2, remove],
      [3, activateRules],
    ]),
    events: new Map([[1, written]]),
    refusals: new Map(CODES.map((code, at) => [code, at + 1])),
    genesis: (context) => context.state.set(notes, 'genesis', 'first'),
    authenticate(context, { envelope }, pendingCount) {
      const next = (context.state.get(lanes, laneKey(envelope)) ?? 0) + pendingCount;
      if (envelope.sequence !== next) return { code: 'wrong_sequence', expected: next };
      return { member: undefined, key: envelope.sender, delegate: undefined };
    },
    consume: (context, { envelope }) =>
      context.state.set(lanes, laneKey(envelope), envelope.sequence + 1),
    begin(context) {
      if (version === 2) context.state.set(notes, 'version 2', `${context.height}`);
    },
    nextDueMs: () => undefined,
    checkInvariants(state) {
      if (state.get(notes, 'poison') !== undefined) throw new Error('invariant: poison');
    },
  };
}
function rulesOf(...versions: readonly number[]): RuleBook {
  return {
    tables: [notes, lanes],
    groupings: [],
    executions: new Map(versions.map((one) => [one, executionOf(one)])),
    others: new Map(),
  };
}

const document = (checkpointBlocks = 1, sealBits = 0) =>
  encodeGenesis({
    name: 'commonwatt/ledger-test',
    timeMs: GENESIS_MS,
    executionVersion: 1,
    sealBits,
    checkpointBlocks,
    parameters: new Uint8Array(),
  });

interface Batch extends Partial<Omit<Envelope, 'sender'>> {
  readonly signer?: Signer;
  readonly notes?: readonly (readonly [string, string])[];
  readonly removals?: readonly string[];
  readonly actions?: readonly { readonly type: number; readonly body: Uint8Array }[];
}

async function newLedger(genesis = document(), port: Crypto = crypto, rules = rulesOf(1)) {
  const store = new Store();
  const ledger = new Ledger({ crypto: port, storage: store, rules });
  await ledger.initChain(genesis);
  const batch = ({ signer = ana, notes: list = [], removals = [], actions = [], ...rest }: Batch) =>
    signTransaction(
      port,
      signer,
      {
        chain: ledger.chain,
        onBehalfOf: undefined,
        lane: 0,
        sequence: 0,
        validFromMs: 0,
        validUntilMs: GENESIS_MS * 2,
        atomic: false,
        ...rest,
      },
      [
        ...list.map(([key, text]) => ({ type: 1, body: encode(noteCodec, { key, text }) })),
        ...removals.map((key) => ({ type: 2, body: encode(textUpTo(16), key) })),
        ...actions,
      ],
    );
  const next = (transactions: readonly Uint8Array[], timeMs?: number): DecidedBlock => ({
    height: (ledger.info().height ?? -1) + 1,
    timeMs: timeMs ?? ledger.info().timeMs + 1000,
    transactions,
  });
  const commit = async (transactions: readonly Uint8Array[], timeMs?: number) => {
    const outcome = await ledger.finalizeBlock(next(transactions, timeMs));
    await ledger.commit();
    return outcome;
  };
  return { store, ledger, batch, next, commit };
}

/** A ledger of five blocks with writes, removals, refusals and an empty block. */
async function writtenLedger(genesis = document()) {
  const made = await newLedger(genesis);
  const { batch, commit } = made;
  await commit([
    batch({
      notes: [
        ['a', '1'],
        ['b', '2'],
      ],
    }),
  ]);
  await commit([batch({ sequence: 1, removals: ['a'], notes: [['genesis', 'x']] })]);
  await commit([]);
  await commit([
    batch({ signer: ben, notes: [['c', '3']] }),
    batch({ sequence: 2, notes: [['d', '']] }),
  ]);
  await commit([batch({ sequence: 3, removals: ['b', 'd'], notes: [['a', 'again']] })]);
  return made;
}

function opened(store: Storage, rules = rulesOf(1)): Ledger {
  const ledger = new Ledger({ crypto, storage: store, rules });
  ledger.open();
  return ledger;
}

function codes(...names: readonly (string | undefined)[]): number[] {
  return names.map((name) => (name === undefined ? 0 : CODES.indexOf(name) + 1));
}

describe('a block', () => {
  test('gives every transaction a receipt and every action a code', async () => {
    const { ledger, batch, commit } = await newLedger();
    const { receipts, events, header } = await commit([
      batch({
        notes: [
          ['a', '1'],
          ['genesis', '2'],
          ['b', '3'],
        ],
      }),
      batch({ sequence: 7, notes: [['c', '4']] }),
      batch({ signer: ben, actions: [{ type: 99, body: Uint8Array.of() }] }),
      batch({ sequence: 1, actions: [{ type: 1, body: Uint8Array.of(1) }] }),
    ]);
    expect(receipts.map((one) => [one.code, one.actions])).toEqual([
      [0, codes(undefined, 'note_stands', undefined)],
      [codes('wrong_sequence')[0], []],
      [0, codes('action_unknown')],
      [0, codes('malformed')],
    ]);
    // What a refused action did and told is undone.
    expect(events.map((one) => one.transactionIndex)).toEqual([0, 0]);
    expect(ledger.state.get(notes, 'genesis')).toBe('first');
    expect(header).toMatchObject({ height: 0, transactionCount: 4, receiptCount: 6 });
  });

  test('an atomic batch falls whole when one action is refused', async () => {
    const { ledger, batch, commit } = await newLedger();
    const { receipts, events } = await commit([
      batch({
        atomic: true,
        notes: [
          ['a', '1'],
          ['genesis', '2'],
          ['b', '3'],
        ],
      }),
    ]);
    expect(receipts[0]?.actions).toEqual(codes('batch_refused', 'note_stands', 'batch_refused'));
    expect(events).toEqual([]);
    expect(ledger.state.get(notes, 'a')).toBeUndefined();
    expect(ledger.state.get(lanes, Uint8Array.of(...ana.publicKey, 0, 0))).toBe(1);
  });

  test('refuses whole what is expired, early, of another chain, or not signed by its sender', async () => {
    const { batch, commit } = await newLedger();
    const good = batch({ notes: [['a', '1']] });
    const forged = good.slice();
    forged[forged.length - 40] = (forged[forged.length - 40] as number) ^ 1;
    const time = GENESIS_MS + 5000;
    const { receipts } = await commit(
      [
        batch({ validUntilMs: time, notes: [['a', '1']] }),
        batch({ validFromMs: time + 1, notes: [['a', '1']] }),
        batch({ chain: new Uint8Array(32), notes: [['a', '1']] }),
        forged,
        batch({ validFromMs: time, validUntilMs: time + 1, notes: [['a', '1']] }),
        good,
      ],
      time,
    );
    expect(receipts.map((one) => one.code)).toEqual(
      codes(
        'expired',
        'not_yet_valid',
        'wrong_chain',
        'bad_signature',
        undefined,
        'wrong_sequence',
      ),
    );
  });

  test('commits to its transactions, receipts, write set, balances and all headers before', async () => {
    const { ledger, store } = await writtenLedger();
    let parent = new Uint8Array(32);
    for (const [height, bytes] of store.records.entries()) {
      const { header } = decodeRecord(bytes);
      expect(header.parent).toEqual(parent);
      expect(header.historyRoot).toEqual(ledger.history.root(height));
      parent = Uint8Array.from(headerHash(crypto, header));
    }
    expect(ledger.headHash).toEqual(parent);
    const proof = ledger.history.inclusionProof(2, 4);
    const claim = { index: 2, size: 4, proof, root: ledger.history.root(4) };
    const leafHash = ledger.history.leafHash(2);
    expect(verifyInclusion(crypto.sha256, { ...claim, leafHash })).toBe(true);
    expect(verifyInclusion(crypto.sha256, { ...claim, leafHash: parent })).toBe(false);
  });

  test('is refused as a mistake at another height or an earlier time', async () => {
    const { ledger, next, commit } = await newLedger();
    await commit([]);
    await expect(ledger.finalizeBlock({ ...next([]), height: 0 })).rejects.toThrow(
      'expected height 1, got 0',
    );
    await expect(ledger.finalizeBlock(next([], GENESIS_MS))).rejects.toThrow('is before the block');
    await expect(ledger.commit()).rejects.toThrow('commit: no finalized block');
    expect(await ledger.processProposal(next([]))).toBe(true);
    expect(await ledger.processProposal({ ...next([]), height: 5 })).toBe(false);
    expect(await ledger.processProposal(next([], 0))).toBe(false);
    expect(await ledger.processProposal(next([Uint8Array.of(1)]))).toBe(false);
  });

  test('is not kept when an invariant breaks', async () => {
    const { ledger, store, batch, next } = await newLedger();
    await expect(ledger.finalizeBlock(next([batch({ notes: [['poison', '']] })]))).rejects.toThrow(
      'invariant: poison',
    );
    expect(store.records).toEqual([]);
  });

  test('carries the proof of work its chain asks for, with the lowest nonce', async () => {
    const { commit, ledger, store } = await newLedger(document(1, 6));
    const { header, hash } = await commit([]);
    expect(leadingZeroBits(hash)).toBeGreaterThanOrEqual(6);
    for (let nonce = 0; nonce < header.nonce; nonce++) {
      expect(leadingZeroBits(headerHash(crypto, { ...header, nonce }))).toBeLessThan(6);
    }
    const record = decodeRecord(store.records[0] as Uint8Array);
    store.records[0] = encodeRecord({ ...record, header: { ...header, nonce: header.nonce + 1 } });
    const weaker = () => opened(store);
    expect(weaker).toThrow(LedgerDamagedError);
    expect(ledger.genesis.sealBits).toBe(6);
  });

  test('the proposer keeps order and limits, and drops what is no transaction', async () => {
    const { ledger, batch } = await newLedger();
    const [a, b, c] = [0, 1, 2].map((sequence) => batch({ sequence, notes: [['a', '1']] })) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    expect(await ledger.prepareProposal([a, Uint8Array.of(1), b, c], 3 * a.length - 1)).toEqual([
      a,
      b,
    ]);
  });
});

describe('the door', () => {
  test('answers and changes nothing: no state, no sequence, no event', async () => {
    const { ledger, batch, commit } = await newLedger();
    await commit([]);
    expect(await ledger.checkTx(batch({ notes: [['genesis', 'x']] }))).toMatchObject({
      code: 'note_stands',
    });
    expect(
      await ledger.checkTx(
        batch({
          notes: [
            ['a', 'x'],
            ['genesis', 'x'],
          ],
        }),
      ),
    ).toBeUndefined();
    expect(ledger.state.writes()).toEqual([]);
    expect(ledger.state.get(notes, 'a')).toBeUndefined();
  });

  test('refuses what no block would take', async () => {
    const { ledger, batch } = await newLedger();
    ledger.checkTimeMs = () => GENESIS_MS + 1000;
    const list: [string, Uint8Array][] = [
      ['malformed', Uint8Array.of(1, 2, 3)],
      ['expired', batch({ validUntilMs: GENESIS_MS + 1000, notes: [['a', '']] })],
      ['not_yet_valid', batch({ validFromMs: GENESIS_MS + 1001, notes: [['a', '']] })],
      ['wrong_chain', batch({ chain: new Uint8Array(32), notes: [['a', '']] })],
      ['wrong_sequence', batch({ sequence: 1, notes: [['a', '']] })],
      ['action_unknown', batch({ actions: [{ type: 9, body: Uint8Array.of() }] })],
      [
        'note_stands',
        batch({
          atomic: true,
          notes: [
            ['a', ''],
            ['genesis', ''],
          ],
        }),
      ],
    ];
    for (const [code, bytes] of list) {
      expect(await ledger.checkTx(bytes), code).toMatchObject({ code });
    }
  });

  test('lets the next numbers of a lane wait behind each other, until they stand in a block', async () => {
    const { ledger, batch, commit } = await newLedger();
    const list = [0, 1, 2].map((sequence) => batch({ sequence, notes: [[`${sequence}`, '']] }));
    for (const one of list) expect(await ledger.checkTx(one)).toBeUndefined();
    expect(await ledger.checkTx(batch({ sequence: 2, notes: [['x', '']] }))).toMatchObject({
      expected: 3,
    });
    expect(await ledger.checkTx(batch({ lane: 1, notes: [['y', '']] }))).toBeUndefined();
    await commit(list);
    expect(await ledger.checkTx(batch({ sequence: 3, notes: [['z', '']] }))).toBeUndefined();
  });

  test('answers in the order of asking, whichever verdict comes first', async () => {
    const waiting: (() => void)[] = [];
    const slow: Crypto = {
      ...crypto,
      verifyLater: (key, message, signature) =>
        new Promise((resolve) => {
          waiting.push(() => resolve(crypto.verify(key, message, signature)));
        }),
    };
    const { ledger, batch } = await newLedger(document(), slow);
    const checks = [0, 1, 2].map((sequence) =>
      ledger.checkTx(batch({ sequence, notes: [[`${sequence}`, '']] })),
    );
    for (const go of [...waiting].reverse()) go();
    expect(await Promise.all(checks)).toEqual([undefined, undefined, undefined]);
  });

  test('a signature is verified once for door, proposal and block', async () => {
    const counted = vi.fn(crypto.verify);
    const { ledger, batch, commit } = await newLedger(document(), { ...crypto, verify: counted });
    const bytes = batch({ notes: [['a', '1']] });
    await ledger.checkTx(bytes);
    await ledger.prepareProposal([bytes], 10_000);
    const { receipts } = await commit([bytes]);
    expect(receipts[0]?.code).toBe(0);
    expect(counted).toHaveBeenCalledTimes(1);
  });
});

describe('proofs of single entries', () => {
  /** Every entry of the test ledger with its proof, which must hold for that value alone. */
  function proven(ledger: Ledger): string[] {
    return ['a', 'b', 'c', 'd', 'genesis', 'never'].filter((key) => {
      const keyBytes = encode(textUpTo(16), key);
      const { value, root, proof } = ledger.query(1, keyBytes);
      if (proof === undefined) return false;
      const claim = { root, keyHash: balanceKeyHash(crypto, 1, keyBytes), proof };
      expect(verifyMapProof(crypto.sha256, { ...claim, value }), key).toBe(true);
      const other = value === undefined ? Uint8Array.of(0, 0) : undefined;
      expect(verifyMapProof(crypto.sha256, { ...claim, value: other }), key).toBe(false);
      return true;
    });
  }

  test('prove what stands and that nothing stands, under the root in the header', async () => {
    const { ledger, store } = await writtenLedger();
    expect(proven(ledger)).toEqual(['a', 'b', 'c', 'd', 'genesis', 'never']);
    const { height, root } = ledger.query(1, encode(textUpTo(16), 'a'));
    expect(height).toBe(4);
    expect(root).toEqual(decodeRecord(store.records[4] as Uint8Array).header.balanceRoot);
    expect(ledger.query(2, Uint8Array.of(...ana.publicKey, 0, 0)).proof).toBeUndefined();
    expect(() => ledger.query(77, Uint8Array.of())).toThrow('query.table: expected a known table');
  });

  test('are made at checkpoints; what changed since then waits for the next', async () => {
    const { ledger, batch, commit } = await writtenLedger(document(3));
    expect(ledger.query(1, encode(textUpTo(16), 'c')).height).toBe(3);
    expect(proven(ledger)).toEqual(['c', 'genesis', 'never']);
    await commit([batch({ sequence: 4, removals: ['a'] })]);
    await commit([batch({ sequence: 5, notes: [['a', 'third']] })]);
    expect(proven(ledger)).toEqual(['a', 'b', 'c', 'd', 'genesis', 'never']);
    expect(ledger.head?.balanceHeight).toBe(6);
  });
});

describe('opening a stored ledger', () => {
  test('rebuilds the same state, digests and proofs, and goes on alike', async () => {
    for (const checkpointBlocks of [1, 2, 3]) {
      const { ledger, store, batch } = await writtenLedger(document(checkpointBlocks));
      const copy = opened(store.copy());
      expect(copy.info()).toEqual(ledger.info());
      expect(copy.head).toEqual(ledger.head);
      expect(copy.state.entries(notes)).toEqual(ledger.state.entries(notes));
      const block = {
        height: 5,
        timeMs: GENESIS_MS + 90_000,
        transactions: [batch({ sequence: 4, notes: [['e', '5']] })],
      };
      const [here, there] = [await ledger.finalizeBlock(block), await copy.finalizeBlock(block)];
      expect(there.header).toEqual(here.header);
    }
  });

  test('executing the transactions again gives the same headers', async () => {
    const { store } = await writtenLedger();
    const again = await newLedger();
    for (const bytes of store.records) {
      const { header, transactions } = decodeRecord(bytes);
      const { height, timeMs } = header;
      expect((await again.ledger.finalizeBlock({ height, timeMs, transactions })).header).toEqual(
        header,
      );
      await again.ledger.commit();
    }
    expect(again.store.records).toEqual(store.records);
  });

  test('before its first block it is the genesis state, which the first block writes out', async () => {
    const { store } = await newLedger();
    const ledger = opened(store);
    expect(ledger.state.get(notes, 'genesis')).toBe('first');
    expect(ledger.info()).toMatchObject({ height: undefined, timeMs: GENESIS_MS });
    await ledger.finalizeBlock({ height: 0, timeMs: GENESIS_MS, transactions: [] });
    await ledger.commit();
    expect(opened(store).state.get(notes, 'genesis')).toBe('first');
  });

  test('any altered byte of any block is refused, naming that height or the next', async () => {
    const { store } = await writtenLedger();
    for (const [height, record] of store.records.entries()) {
      for (let offset = 0; offset < record.length; offset++) {
        const copy = store.copy();
        const bytes = copy.records[height] as Uint8Array;
        bytes[offset] = (bytes[offset] as number) ^ (1 << (offset % 8));
        const where = `height ${height}, byte ${offset}`;
        let caught: unknown;
        try {
          opened(copy);
        } catch (error) {
          caught = error;
        }
        expect(caught, where).toBeInstanceOf(LedgerDamagedError);
        // A header's own byte shows where the next block, or the head, points at it.
        expect([height, height + 1], where).toContain((caught as LedgerDamagedError).height);
      }
    }
  });

  test.each<[string, (store: Store) => void, string]>([
    [
      'shortened',
      (store) => void store.records.splice(3),
      'height 3: the store ends before the head at height 4',
    ],
    [
      'emptied',
      (store) => void store.records.splice(0),
      'height 0: the store ends before the head',
    ],
    ['with a hole', (store) => void delete store.records[2], 'height 2: the block is missing'],
    [
      'with two blocks exchanged',
      (store) => {
        const [, one, two] = store.records as [Uint8Array, Uint8Array, Uint8Array];
        store.records[1] = two;
        store.records[2] = one;
      },
      'height 1: the block says it is height 2',
    ],
    [
      'with a head of another block',
      (store) => {
        store.kept = { height: 2, hash: new Uint8Array(32) };
      },
      'height 2: the block is not the one the head names',
    ],
    [
      'without its genesis document',
      (store) => {
        store.document = undefined;
      },
      'height 0: the genesis document is missing',
    ],
    [
      'with a torn genesis document',
      (store) => {
        store.document = store.document?.subarray(3);
      },
      'height 0: genesis',
    ],
    [
      'with another genesis document',
      (store) => {
        store.document = document(7);
      },
      'height 0: the block belongs to another chain',
    ],
  ])('refused: %s', async (_what, change, message) => {
    const { store } = await writtenLedger();
    change(store);
    expect(() => opened(store)).toThrow(LedgerDamagedError);
    expect(() => opened(store)).toThrow(message);
  });

  test('a store ahead of its head is whole: the last blocks were only not acknowledged', async () => {
    const { store, ledger } = await writtenLedger();
    const hash = ledger.history.leafHash(3);
    store.kept = { height: 3, hash };
    expect(opened(store).info()).toEqual(ledger.info());
    store.kept = undefined;
    expect(opened(store).info()).toEqual(ledger.info());
  });

  test('a block that is altered while the ledger is open is not served', async () => {
    const { store, ledger } = await writtenLedger();
    const whole = store.records[3] as Uint8Array;
    expect(ledger.record(3)?.transactions).toHaveLength(2);
    expect(ledger.record(5)).toBeUndefined();
    const record = decodeRecord(whole);
    const [first, second] = record.transactions as [Uint8Array, Uint8Array];
    store.records[3] = encodeRecord({ ...record, transactions: [second, first] });
    expect(() => ledger.record(3)).toThrow('height 3: the transactions do not hash to the header');
    store.records[3] = encodeRecord({ ...record, header: { ...record.header, timeMs: 1 } });
    expect(() => ledger.record(3)).toThrow('height 3: the stored header is not the one');
  });

  test('reports its progress', async () => {
    const { store } = await writtenLedger();
    const seen: [number, number][] = [];
    new Ledger({ crypto, storage: store, rules: rulesOf(1) }).open((at, of) => seen.push([at, of]));
    expect(seen).toEqual([
      [0, 4],
      [1, 4],
      [2, 4],
      [3, 4],
      [4, 4],
    ]);
  });
});

describe('rules with versions', () => {
  const activation = (version: number, fromHeight: number) => ({
    type: 3,
    body: encode(activateRules.codec, { version, fromHeight }),
  });

  test('a version is active from its height on; older blocks keep theirs', async () => {
    const rules = rulesOf(1, 2);
    const { store, ledger, batch, commit } = await newLedger(document(), crypto, rules);
    await commit([batch({ actions: [activation(2, 3)] })]);
    await commit([]);
    await commit([]);
    expect(ledger.execution(2).version).toBe(1);
    expect(ledger.state.get(notes, 'version 2')).toBeUndefined();
    await commit([]);
    expect(ledger.execution(3).version).toBe(2);
    expect(ledger.state.get(notes, 'version 2')).toBe('3');
    expect(opened(store, rules).execution(3).version).toBe(2);
  });

  test('a node without the rules stops before that height, and refuses to open beyond it', async () => {
    const without = await newLedger();
    await without.commit([without.batch({ actions: [activation(2, 2)] })]);
    await without.commit([]);
    const message =
      "rules 'execution' version 2, active from height 2, are not part of this program";
    await expect(without.commit([])).rejects.toThrow(message);
    expect(() => opened(without.store)).toThrow(UnknownRulesError);
    // The door says the same, and does not let in what no block could take.
    await expect(without.ledger.checkTx(without.batch({ notes: [['a', '']] }))).rejects.toThrow(
      message,
    );
    expect(() => without.ledger.execution(7)).toThrow(`${message}, asked for height 7`);

    const rules = rulesOf(1, 2);
    const having = await newLedger(document(), crypto, rules);
    await having.commit([having.batch({ actions: [activation(2, 2)] })]);
    for (let height = 1; height < 5; height++) await having.commit([]);
    expect(() => opened(having.store)).toThrow(message);
    expect(opened(having.store, rules).info().height).toBe(4);
  });

  test('a genesis that asks for unknown rules begins nothing', async () => {
    const store = new Store();
    const ledger = new Ledger({ crypto, storage: store, rules: rulesOf(2) });
    await expect(ledger.initChain(document())).rejects.toThrow(UnknownRulesError);
    expect(store.document).toBeUndefined();
  });
});

test('a store that fails keeps the block from being committed', async () => {
  const { ledger, store, batch, next } = await newLedger();
  store.failure = new Error('EIO');
  await ledger.finalizeBlock(next([batch({ notes: [['a', '']] })]));
  await expect(ledger.commit()).rejects.toThrow('EIO');
  expect(ledger.info().height).toBeUndefined();
  expect(equalBytes(ledger.headHash, new Uint8Array(32))).toBe(true);
});
