import { createHash, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import { auditLedger } from './audit.ts';
import { decodeRecord, encodeRecord, type Header } from './block.ts';
import { encode, fixedBytes, textUpTo, u64 } from './codec.ts';
import { struct } from './composite-codec.ts';
import { encodeGenesis } from './genesis.ts';
import { Ledger } from './ledger.ts';
import type { ActionType, Execution, RuleBook } from './rules.ts';
import { table } from './state.ts';
import { signTransaction } from './transaction.ts';
import type { Crypto, Signer, Storage, StoredHead } from './world.ts';

const GENESIS_MS = 1_767_225_600_000;
const BLOCKS = 6;

const keyObjects = new Map<string, KeyObject>();
const crypto: Crypto = {
  sha256: (message) => new Uint8Array(createHash('sha256').update(message).digest()),
  verify: (key, message, signature) => {
    const object = keyObjects.get(Buffer.from(key).toString('hex'));
    return object !== undefined && verify(null, message, object, signature);
  },
};

function newSigner(): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32));
  keyObjects.set(Buffer.from(raw).toString('hex'), publicKey);
  return { publicKey: raw, sign: (message) => new Uint8Array(sign(null, message, privateKey)) };
}

interface Add {
  readonly name: string;
  readonly amount: number;
}
const addCodec = struct<Add>({ name: textUpTo(20), amount: u64 });
const sums = table<string, { readonly sum: number }>(
  1,
  'sums',
  textUpTo(20),
  struct<{ readonly sum: number }>({ sum: u64 }),
  { provable: true },
);
const sequences = table<Uint8Array, { readonly next: number }>(
  2,
  'sequences',
  fixedBytes(32),
  struct<{ readonly next: number }>({ next: u64 }),
);

const add: ActionType<Add> = {
  type: 1,
  name: 'add',
  codec: addCodec,
  apply({ state, emit }, { name, amount }) {
    if (amount === 0) return { code: 'nothing_added' };
    state.set(sums, name, { sum: (state.get(sums, name)?.sum ?? 0) + amount });
    emit({ type: 1, name: 'added', codec: addCodec, audience: 'public' }, { name, amount });
    return undefined;
  },
};

const codes = ['malformed', 'wrong_chain', 'expired', 'bad_signature', 'sequence', 'nothing_added'];
const sumsExecution: Execution = {
  version: 1,
  actions: new Map([[1, add]]),
  events: new Map(),
  refusals: new Map(codes.map((code, at) => [code, at + 1])),
  genesis() {},
  authenticate({ state }, { envelope: { sender, sequence } }, pending) {
    const next = (state.get(sequences, sender)?.next ?? 0) + pending;
    return sequence === next
      ? { member: undefined, key: sender, delegate: undefined }
      : { code: 'sequence' };
  },
  consume({ state }, { envelope: { sender, sequence } }) {
    state.set(sequences, sender, { next: sequence + 1 });
  },
  begin() {},
  nextDueMs: () => undefined,
  checkInvariants() {},
};

function rulesWith(execution: Execution): RuleBook {
  return {
    tables: [sums, sequences],
    groupings: [],
    executions: new Map([[execution.version, execution]]),
    others: new Map(),
  };
}
const rules = rulesWith(sumsExecution);

class TestStorage implements Storage {
  document: Uint8Array | undefined;
  kept: StoredHead | undefined;
  records: Uint8Array[] = [];
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
    this.records.push(record);
    this.kept = { height, hash };
  }
  async close(): Promise<void> {}
  copy(): TestStorage {
    const copy = new TestStorage();
    copy.document = this.document?.slice();
    copy.kept = this.kept;
    copy.records = this.records.map((one) => one.slice());
    return copy;
  }
}

async function built(): Promise<TestStorage> {
  const storage = new TestStorage();
  const ledger = new Ledger({ crypto, storage, rules });
  const signer = newSigner();
  await ledger.initChain(
    encodeGenesis({
      name: 'sums',
      timeMs: GENESIS_MS,
      executionVersion: 1,
      sealBits: 0,
      checkpointBlocks: 2,
      parameters: new Uint8Array(),
    }),
  );
  for (let height = 0; height < BLOCKS; height++) {
    const envelope = {
      chain: ledger.chain,
      onBehalfOf: undefined,
      lane: 0,
      sequence: height,
      validFromMs: 0,
      validUntilMs: GENESIS_MS * 2,
      atomic: false,
    };
    const body = encode(addCodec, { name: `n${height % 2}`, amount: height });
    const bytes = signTransaction(crypto, signer, envelope, [{ type: 1, body }]);
    const timeMs = GENESIS_MS + height * 1000;
    await ledger.finalizeBlock({ height, timeMs, transactions: [bytes] });
    await ledger.commit();
  }
  return storage;
}

const whole = await built();

test('a whole ledger is clean, and its figures are told with the progress', async () => {
  const seen: number[] = [];
  const report = await auditLedger(whole, rules, crypto, (height, last) => {
    expect(last).toBe(BLOCKS - 1);
    seen.push(height);
  });
  expect(seen).toEqual([0, 1, 2, 3, 4, 5]);
  expect(report).toMatchObject({ clean: true, blocks: 6, transactions: 6, refused: 0, events: 5 });
  if (!report.clean) return;
  expect(report.ledger.headHash).toEqual(whole.kept?.hash);
  expect(report.ledger.state.get(sums, 'n1')).toEqual({ sum: 1 + 3 + 5 });
});

test('any byte of any stored block, altered, is found at its block', async () => {
  for (let height = 0; height < BLOCKS; height++) {
    const length = whole.records[height]?.length ?? 0;
    for (let offset = 0; offset < length; offset++) {
      const altered = whole.copy();
      const record = altered.records[height] as Uint8Array;
      record[offset] = (record[offset] as number) ^ 1;
      const report = await auditLedger(altered, rules, crypto);
      if (report.clean || report.height !== height) {
        // Compared only here: an expectation for each of thousands of bytes would be slow.
        expect({ offset, report }).toEqual({ offset, report: { clean: false, height } });
      }
    }
  }
});

function altered(height: number, change: Partial<Header>): TestStorage {
  const storage = whole.copy();
  const record = decodeRecord(storage.records[height] as Uint8Array);
  storage.records[height] = encodeRecord({ ...record, header: { ...record.header, ...change } });
  return storage;
}

const other = new Uint8Array(32).fill(7);

test.each<[string, TestStorage, number, RegExp]>([
  ['time of a block', altered(2, { timeMs: GENESIS_MS + 2001 }), 2, /next block names/],
  ['time of the newest', altered(5, { timeMs: GENESIS_MS + 5001 }), 5, /head names/],
  ['a time before', altered(3, { timeMs: GENESIS_MS }), 3, /cannot be executed: .*before/],
  ['previous hash', altered(4, { parent: other }), 4, /previous hash/],
  ['transactions root', altered(1, { transactionsRoot: other }), 1, /transactions do not hash/],
  ['receipts root', altered(1, { receiptsRoot: other }), 1, /receipts or events/],
  ['state digest', altered(1, { stateDigest: other }), 1, /another state/],
  ['map of balances', altered(1, { balanceRoot: other }), 1, /map of balances/],
  ['history root', altered(1, { historyRoot: other }), 1, /history root/],
  ['nonce', altered(1, { nonce: 1 }), 1, /nonce/],
])('%s altered', async (_what, storage, height, reason) => {
  const report = await auditLedger(storage, rules, crypto);
  expect(report).toMatchObject({ clean: false, height, reason: expect.stringMatching(reason) });
});

test('stored receipts and write sets must be those of the execution', async () => {
  const withOther = (part: 'receipts' | 'writes'): TestStorage => {
    const storage = whole.copy();
    const record = decodeRecord(storage.records[3] as Uint8Array);
    const value = part === 'receipts' ? record.receipts.map(() => other) : other;
    storage.records[3] = encodeRecord({ ...record, [part]: value });
    return storage;
  };
  expect(await auditLedger(withOther('receipts'), rules, crypto)).toMatchObject({
    height: 3,
    reason: 'the stored receipt or event 0 is not the one it gives',
  });
  expect(await auditLedger(withOther('writes'), rules, crypto)).toMatchObject({
    height: 3,
    reason: 'the stored write set is not the one it gives',
  });
});

test('a store that is shortened, without a head, a block or its beginning', async () => {
  const changed = (change: (storage: TestStorage) => void) => {
    const storage = whole.copy();
    change(storage);
    return auditLedger(storage, rules, crypto);
  };
  const shortened = (one: TestStorage): void => {
    one.records.length = 4;
  };
  expect(await changed(shortened)).toEqual({
    clean: false,
    height: 4,
    reason: 'the store ends before the head at height 5: it was shortened',
  });
  const headless = (one: TestStorage): void => {
    one.kept = undefined;
  };
  const unbegun = (one: TestStorage): void => {
    one.document = undefined;
  };
  expect(await changed(headless)).toMatchObject({ height: 5 });
  expect(await changed(unbegun)).toMatchObject({
    height: 0,
    reason: 'the genesis document is missing',
  });
  expect(await changed((one) => void one.document?.fill(0, 0, 2))).toMatchObject({ height: 0 });
  expect(
    await changed((one) => {
      const find = one.record.bind(one);
      one.record = (height) => (height === 2 ? undefined : find(height));
    }),
  ).toEqual({ clean: false, height: 2, reason: 'the block is missing' });
});

test('a block beyond the head was never acknowledged, and is judged all the same', async () => {
  const ahead = whole.copy();
  const { header } = decodeRecord(ahead.records[5] as Uint8Array);
  ahead.kept = { height: 4, hash: header.parent };
  expect(await auditLedger(ahead, rules, crypto)).toMatchObject({ clean: true, blocks: 6 });
  const wrong = altered(5, { stateDigest: other });
  wrong.kept = ahead.kept;
  expect(await auditLedger(wrong, rules, crypto)).toMatchObject({ clean: false, height: 5 });
});

test('a ledger that never began a block is clean', async () => {
  const empty = new TestStorage();
  empty.document = whole.document;
  expect(await auditLedger(empty, rules, crypto)).toMatchObject({ clean: true, blocks: 0 });
});

test('rules that the program does not have are named with version and height', async () => {
  const later = rulesWith({ ...sumsExecution, version: 2 });
  expect(await auditLedger(whole, later, crypto)).toMatchObject({
    clean: false,
    height: 0,
    reason: expect.stringMatching(/'execution' version 1, active from height 0/),
  });
});

test('an execution that decides otherwise disagrees with the stored verdicts', async () => {
  const stingy: Execution = {
    ...sumsExecution,
    actions: new Map([[1, { ...add, apply: () => ({ code: 'nothing_added' }) }]]),
  };
  expect(await auditLedger(whole, rulesWith(stingy), crypto)).toMatchObject({ height: 1 });
});
