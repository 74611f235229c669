/**
 * A ledger in memory for tests: named members with keys made from their names, transactions signed
 * as a member's own device would, blocks executed by the real ledger, receipts as refusal codes.
 *
 *     const ledger = await TestingLedger.create();
 *     await ledger.enrol('ana', { kind: 'home solar system' });
 *     expect(await ledger.run('ana', action(ACTION.transfer, transferCodec, { ... }))).toEqual(['done']);
 */

import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto';
import {
  type Action,
  type AnyActionType,
  type BlockOutcome,
  type Codec,
  type Crypto,
  decode,
  decodeRecord,
  type Envelope,
  type Execution,
  encode,
  encodeGenesis,
  Ledger,
  possessionBytes,
  type Refusal,
  type RuleBook,
  type Signer,
  type State,
  type Storage,
  type StoredHead,
  signTransaction,
  toHex,
} from '@commonwatt/ledger';
import type { Money, Power } from '@commonwatt/units';
import { ACTION } from '../action-types.ts';
import { eventTypes } from '../event-types.ts';
import {
  type Founder,
  type GenesisParameters,
  genesisParametersCodec,
} from '../genesis-parameters.ts';
import { votableActions } from '../governance/votable.ts';
import { DEFAULT_ROLES, type Enrol, enrolCodec, type Kind, ROLE } from '../identity/messages.ts';
import { keys, lanes } from '../identity/state.ts';
import { consumeSequence, userSecurity } from '../identity/user-security.ts';
import { parameters } from '../parameters.ts';
import { refusalCode, refusalNumbers } from '../refusals.ts';
import type { ContractModule } from './module.ts';

/** 1 January 2026, 00:00 UTC. */
export const GENESIS_MS = 1_767_225_600_000;
const BLOCK_MS = 1000;
const WINDOW_MS = 3_600_000;

/** The roles of the officer who stands first in every testing ledger. */
export const OFFICER_ROLES =
  ROLE.registrar | ROLE.treasurer | ROLE.operator | ROLE.provider | ROLE.checker | ROLE.auditor;

/** DER of an Ed25519 and an X25519 private key, and of an Ed25519 public key, up to the 32 bytes. */
const ED25519_PRIVATE = Buffer.from('302e020100300506032b657004220420', 'hex');
const X25519_PRIVATE = Buffer.from('302e020100300506032b656e04220420', 'hex');
const ED25519_PUBLIC = Buffer.from('302a300506032b6570032100', 'hex');

function sha256(message: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(message).digest());
}

/** The 32 bytes that a text stands for in tests. */
export function hashOf(text: string): Uint8Array {
  return sha256(Buffer.from(text, 'utf8'));
}

function keyPair(prefix: Buffer, secret: Uint8Array): { privateKey: KeyObject; raw: Uint8Array } {
  const privateKey = createPrivateKey({
    key: Buffer.concat([prefix, secret]),
    format: 'der',
    type: 'pkcs8',
  });
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return { privateKey, raw: new Uint8Array(spki.subarray(spki.length - 32)) };
}

export interface TestingKey extends Signer {
  readonly agreementKey: Uint8Array;
}

const keysBySeed = new Map<string, TestingKey>();

/** The key that belongs to a text: always the same. */
export function testingKey(seed: string): TestingKey {
  const known = keysBySeed.get(seed);
  if (known !== undefined) return known;
  const { privateKey, raw } = keyPair(ED25519_PRIVATE, hashOf(`key of ${seed}`));
  const key: TestingKey = {
    publicKey: raw,
    agreementKey: keyPair(X25519_PRIVATE, hashOf(`agreement key of ${seed}`)).raw,
    sign: (message) => new Uint8Array(signBytes(null, message, privateKey)),
  };
  keysBySeed.set(seed, key);
  return key;
}

const verifiers = new Map<string, KeyObject>();

/** The Crypto port on node:crypto. */
export const testingCrypto: Crypto = {
  sha256,
  verify(publicKey, message, signature) {
    const name = toHex(publicKey);
    let key = verifiers.get(name);
    if (key === undefined) {
      const der = Buffer.concat([ED25519_PUBLIC, publicKey]);
      key = createPublicKey({ key: der, format: 'der', type: 'spki' });
      verifiers.set(name, key);
    }
    return verifyBytes(null, message, key, signature);
  },
};

/** The Storage port in memory. */
class TestingStorage implements Storage {
  #genesis: Uint8Array | undefined;
  #head: StoredHead | undefined;
  readonly #records: Uint8Array[] = [];

  genesis(): Uint8Array | undefined {
    return this.#genesis;
  }
  async putGenesis(document: Uint8Array): Promise<void> {
    this.#genesis = document;
  }
  head(): StoredHead | undefined {
    return this.#head;
  }
  lastHeight(): number | undefined {
    return this.#records.length === 0 ? undefined : this.#records.length - 1;
  }
  record(height: number): Uint8Array | undefined {
    return this.#records[height];
  }
  records(): readonly Uint8Array[] {
    return this.#records;
  }
  async append(height: number, hash: Uint8Array, record: Uint8Array): Promise<void> {
    if (height !== this.#records.length) throw new Error(`append: height ${height} is not next`);
    this.#records.push(record);
    this.#head = { height, hash };
  }
  async close(): Promise<void> {}
}

/**
 * A rule book of some modules only, for a test that wants no others. User security is always that
 * of the identity module.
 */
export function ruleBookOf(
  modules: readonly ContractModule[],
  others: ReadonlyMap<string, readonly number[]> = new Map(),
): RuleBook {
  const actions = new Map<number, AnyActionType>(
    modules.flatMap((module) => module.actions.map((one) => [one.type, one] as const)),
  );
  votableActions.fill(actions);
  const execution: Execution = {
    version: 1,
    actions,
    events: eventTypes,
    refusals: refusalNumbers,
    genesis(context, bytes) {
      const genesis = decode(genesisParametersCodec, bytes, 'genesis.parameters');
      const { currency, recoveryDelayMs, certificateLedger } = genesis;
      context.state.set(parameters, 0, { currency, recoveryDelayMs, certificateLedger });
      for (const module of modules) module.genesis?.(context, genesis);
    },
    authenticate: userSecurity,
    consume: consumeSequence,
    begin(context) {
      for (const module of modules) module.begin?.(context);
    },
    nextDueMs(state, nowMs) {
      const due = modules.map((module) => module.nextDueMs?.(state, nowMs));
      return due.reduce((a, b) => (b === undefined || (a !== undefined && a <= b) ? a : b));
    },
    checkInvariants(state) {
      for (const module of modules) module.checkInvariants?.(state);
    },
  };
  return {
    tables: [parameters, ...modules.flatMap((module) => module.tables)],
    groupings: modules.flatMap((module) => module.groupings),
    tallies: modules.flatMap((module) => module.tallies ?? []),
    executions: new Map([[1, execution]]),
    others,
  };
}

/** One action as it stands in a batch. */
export function action<M>(type: number, codec: Codec<M>, message: M): Action {
  return { type, body: encode(codec, message) };
}

export interface TestingMember {
  readonly name: string;
  readonly number: number;
  readonly key: TestingKey;
}

export type FounderOptions = Partial<Founder>;

export interface TestingOptions {
  /** Members from the first block on, besides the officer, who is always number 1. */
  readonly founders?: Readonly<Record<string, FounderOptions>>;
  /** Changes to the officer. */
  readonly officer?: FounderOptions;
  /** Thresholds (1 each), currency, markets, recovery delay (a day). */
  readonly genesis?: Partial<Omit<GenesisParameters, 'founders'>>;
  readonly timeMs?: number;
  readonly sealBits?: number;
  readonly checkpointBlocks?: number;
  /** The rules; those of this release unless given. */
  readonly rules?: RuleBook;
  /** The ledger's name, `commonwatt/test` unless given. */
  readonly name?: string;
}

/** How a transaction differs from what its sender's device would send next. */
export interface SendOptions extends Partial<Envelope> {
  /** Signs with this key; the sender stays the member's unless `sender` says otherwise. */
  readonly signer?: Signer;
}

export interface TestingReceipt {
  /** 'done', or why the whole transaction was refused. */
  readonly code: string;
  /** 'done' or the refusal code of each action. */
  readonly actions: readonly string[];
}

export interface TestingEvent {
  readonly name: string;
  readonly transactionIndex: number | undefined;
  readonly value: unknown;
}

export interface TestingOutcome extends BlockOutcome {
  readonly results: readonly TestingReceipt[];
  readonly happened: readonly TestingEvent[];
}

function founder(name: string, options: FounderOptions): Founder {
  const key = testingKey(name);
  const kind: Kind = options.kind ?? 'home solar system';
  return {
    publicKey: key.publicKey,
    agreementKey: key.agreementKey,
    kind,
    roles: DEFAULT_ROLES[kind],
    recordCommitment: hashOf(`record of ${name}`),
    importLimitW: 11_000n as Power,
    exportLimitW: 10_000n as Power,
    creditLimit: 0n as Money,
    ...options,
  };
}

export class TestingLedger {
  readonly ledger: Ledger;
  /** The time of the last block. */
  timeMs: number;
  readonly #document: Uint8Array;
  readonly #rules: RuleBook;
  readonly #storage: TestingStorage;
  readonly #keys: Map<string, TestingKey>;
  #queue: Uint8Array[] = [];
  readonly #queued = new Map<string, number>();

  private constructor(document: Uint8Array, rules: RuleBook, timeMs: number, names: string[]) {
    this.#document = document;
    this.#rules = rules;
    this.#storage = new TestingStorage();
    this.ledger = new Ledger({ crypto: testingCrypto, storage: this.#storage, rules });
    this.timeMs = timeMs;
    this.#keys = new Map(names.map((name) => [name, testingKey(name)]));
  }

  /** A ledger with its genesis block, height 0, committed. */
  static async create(options: TestingOptions = {}): Promise<TestingLedger> {
    const timeMs = options.timeMs ?? GENESIS_MS;
    const rules = options.rules ?? (await import('./execution.ts')).ruleBook;
    const names = ['officer', ...Object.keys(options.founders ?? {})];
    const officer: FounderOptions = { kind: 'organisation', roles: OFFICER_ROLES };
    const genesis: GenesisParameters = {
      currency: 'EUR',
      registrarThreshold: 1,
      treasurerThreshold: 1,
      operatorThreshold: 1,
      checkerThreshold: 1,
      recoveryDelayMs: 86_400_000,
      markets: [],
      ...options.genesis,
      founders: [
        founder('officer', { ...officer, ...options.officer }),
        ...Object.entries(options.founders ?? {}).map(([name, one]) => founder(name, one)),
      ],
    };
    const document = encodeGenesis({
      name: options.name ?? 'commonwatt/test',
      timeMs,
      executionVersion: 1,
      sealBits: options.sealBits ?? 0,
      checkpointBlocks: options.checkpointBlocks ?? 1,
      parameters: encode(genesisParametersCodec, genesis),
    });
    const testing = new TestingLedger(document, rules, timeMs, names);
    await testing.ledger.initChain(document);
    await testing.block(timeMs);
    return testing;
  }

  get state(): State {
    return this.ledger.state;
  }
  get chain(): Uint8Array {
    return this.ledger.chain;
  }
  /** The height of the last block. */
  get height(): number {
    return this.ledger.head?.height ?? -1;
  }

  /** A member by name. The number is nothing known (0) until the key is registered. */
  member(name: string): TestingMember {
    const key = this.#keys.get(name) ?? testingKey(name);
    return { name, key, number: this.state.get(keys, key.publicKey)?.member ?? 0 };
  }

  /** From now on the name signs with another key, after a rotation or a recovery. */
  useKey(name: string, key: TestingKey): void {
    this.#keys.set(name, key);
  }

  /** A key's proof that its holder wants it and its agreement key registered. */
  possession(purpose: 'enrol' | 'rotate' | 'recover', key: TestingKey): Uint8Array {
    return key.sign(possessionBytes(this.chain, purpose, key.publicKey, key.agreementKey));
  }

  /** The bytes of a transaction that a member signs, with the next sequence of its lane. */
  sign(name: string, actions: readonly Action[], options: SendOptions = {}): Uint8Array {
    const { signer, ...changes } = options;
    const { key } = this.member(name);
    const sender = changes.sender ?? key.publicKey;
    const lane = changes.lane ?? 0;
    const queued = this.#queued.get(`${toHex(sender)}/${lane}`) ?? 0;
    const next = this.state.get(lanes, { key: sender, lane })?.next ?? 0;
    const envelope = {
      chain: this.chain,
      onBehalfOf: undefined,
      lane,
      sequence: next + queued,
      validFromMs: this.timeMs,
      validUntilMs: this.timeMs + WINDOW_MS,
      atomic: false,
      ...changes,
    };
    const holder = signer ?? key;
    return signTransaction(
      testingCrypto,
      { publicKey: sender, sign: (message) => holder.sign(message) },
      envelope,
      actions,
    );
  }

  /** Queues a member's transaction for the next block. */
  submit(name: string, ...actions: readonly Action[]): Uint8Array {
    return this.submitWith(name, {}, ...actions);
  }

  submitWith(name: string, options: SendOptions, ...actions: readonly Action[]): Uint8Array {
    const bytes = this.sign(name, actions, options);
    const sender = options.sender ?? this.member(name).key.publicKey;
    const lane = `${toHex(sender)}/${options.lane ?? 0}`;
    this.#queued.set(lane, (this.#queued.get(lane) ?? 0) + 1);
    this.#queue.push(bytes);
    return bytes;
  }

  /** Executes and commits a block of what is queued, or of the given transactions alone. */
  async block(timeMs?: number, transactions?: readonly Uint8Array[]): Promise<TestingOutcome> {
    const taken = transactions ?? this.#queue;
    this.#queue = [];
    this.#queued.clear();
    const height = this.height + 1;
    const time = timeMs ?? this.timeMs + BLOCK_MS;
    const outcome = await this.ledger.finalizeBlock({ height, timeMs: time, transactions: taken });
    await this.ledger.commit();
    this.timeMs = time;
    return { ...outcome, results: outcome.receipts.map(shown), happened: happenedIn(outcome) };
  }

  /** Puts one transaction into a block of its own: 'done' or a refusal code per action. */
  async run(name: string, ...actions: readonly Action[]): Promise<readonly string[]> {
    return this.runWith(name, {}, ...actions);
  }

  /** The same with an envelope that differs. A refused transaction answers with its one code. */
  async runWith(
    name: string,
    options: SendOptions,
    ...actions: readonly Action[]
  ): Promise<readonly string[]> {
    const bytes = this.sign(name, actions, options);
    const { results } = await this.block(undefined, [bytes]);
    const [result] = results;
    if (result === undefined) throw new Error('run: the block has no receipt');
    return result.code === 'done' ? result.actions : [result.code];
  }

  /** What the door would answer. */
  async check(bytes: Uint8Array): Promise<Refusal | undefined> {
    return this.ledger.checkTx(bytes);
  }

  /** The officer's enrolment of a member whose key belongs to the name. */
  enrolment(name: string, changes: Partial<Enrol> = {}): Action {
    const key = this.#keys.get(name) ?? testingKey(name);
    return action(ACTION.enrol, enrolCodec, {
      ...founder(name, changes),
      publicKey: key.publicKey,
      agreementKey: key.agreementKey,
      activeFromHeight: 0,
      possession: this.possession('enrol', key),
      ...changes,
    });
  }

  /** Enrols a member in a block of its own. @throws Error when it is refused. */
  async enrol(name: string, changes: Partial<Enrol> = {}): Promise<TestingMember> {
    const [code] = await this.run('officer', this.enrolment(name, changes));
    if (code !== 'done') throw new Error(`enrol ${name}: ${code}`);
    return this.member(name);
  }

  /** The genesis document and the stored bytes of every block. */
  stored(): { readonly document: Uint8Array; readonly records: readonly Uint8Array[] } {
    return { document: this.#document, records: this.#storage.records() };
  }

  /** Executes every block again from its bytes, and says which hash the last one has. */
  async replayed(): Promise<Uint8Array> {
    const storage = new TestingStorage();
    const again = new Ledger({ crypto: testingCrypto, storage, rules: this.#rules });
    await again.initChain(this.#document);
    for (let height = 0; height <= this.height; height++) {
      const bytes = this.#storage.record(height);
      if (bytes === undefined) throw new Error(`replay: height ${height} is missing`);
      const { header, transactions } = decodeRecord(bytes);
      await again.finalizeBlock({ height, timeMs: header.timeMs, transactions });
      await again.commit();
    }
    return again.headHash;
  }

  /** A second ledger opened on the same store, its state rebuilt from the write sets. */
  reopened(): Ledger {
    const again = new Ledger({
      crypto: testingCrypto,
      storage: this.#storage,
      rules: this.#rules,
    });
    again.open();
    return again;
  }
}

function shown(receipt: BlockOutcome['receipts'][number]): TestingReceipt {
  const name = (code: number) => (code === 0 ? 'done' : (refusalCode(code) ?? `code ${code}`));
  return { code: name(receipt.code), actions: receipt.actions.map(name) };
}

function happenedIn(outcome: BlockOutcome): readonly TestingEvent[] {
  return outcome.events.map((event) => {
    const type = eventTypes.get(event.type);
    if (type === undefined) throw new Error(`event ${event.type} is unknown`);
    const value: unknown = decode(type.codec, event.body, type.name);
    return { name: type.name, transactionIndex: event.transactionIndex, value };
  });
}
