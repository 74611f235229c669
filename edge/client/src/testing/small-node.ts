/**
 * A node for tests: the real ledger in memory behind the routes that the client needs, called
 * through a `fetch` of its own. Each transaction gets a block at once.
 */
import { createHash } from 'node:crypto';
import { parseRequestProof } from '@commonwatt/api';
import {
  cleared,
  DEFAULT_ROLES,
  eventTypes,
  type Founder,
  type GenesisParameters,
  genesisParametersCodec,
  invites,
  keys,
  lanes,
  members,
  ROLE,
  refusalCode,
  ruleBook,
} from '@commonwatt/contracts';
import {
  type Action,
  type BlockOutcome,
  type BlockRecord,
  decode,
  decodeRecord,
  encode,
  encodeGenesis,
  eventCodec,
  formatNote,
  formatVerifierKey,
  fromHex,
  headerCodec,
  headerHash,
  inclusionProof,
  Ledger,
  leafHash,
  NOTE_SIGNATURE,
  readTransaction,
  receiptCodec,
  type Storage,
  type StoredHead,
  signCheckpoint,
  signNoteText,
  signTransaction,
  toHex,
} from '@commonwatt/ledger';
import { money, power } from '@commonwatt/units';
import type { CheckpointStore, PinnedLedger } from '../checkpoint-memory.ts';
import { browserCrypto } from '../crypto/browser-crypto.ts';
import type { Fetch } from '../http/typed-client.ts';
import { type MemberKeys, memberKeysFromSeed } from '../keys/member-keys.ts';

export const GENESIS_MS = 1_767_225_600_000;
const BLOCK_MS = 1000;
const ORIGIN = 'commonwatt/test';

export const crypto = browserCrypto;
export const { sha256 } = crypto;

export function hashOf(text: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(text).digest());
}

/** The keys that belong to a name: always the same. */
export function keysOf(name: string): MemberKeys {
  return memberKeysFromSeed(hashOf(`seed of ${name}`));
}

export const OFFICER_ROLES =
  ROLE.registrar | ROLE.treasurer | ROLE.operator | ROLE.provider | ROLE.checker;

class MemoryStorage implements Storage {
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
  async append(height: number, hash: Uint8Array, record: Uint8Array): Promise<void> {
    this.#records.push(record);
    this.#head = { height, hash };
  }
  async close(): Promise<void> {}
}

/** A checkpoint store that lives as long as the test. */
export function memoryCheckpoints(): CheckpointStore {
  const notes = new Map<string, string>();
  return {
    get: async (chain) => notes.get(chain),
    async put(chain, note, previous) {
      if (notes.get(chain) !== previous) return false;
      notes.set(chain, note);
      return true;
    },
  };
}

function founder(name: string, changes: Partial<Founder>): Founder {
  const { signer, agreementKey } = keysOf(name);
  return {
    publicKey: signer.publicKey,
    agreementKey: agreementKey.publicKey,
    kind: 'home solar system',
    roles: DEFAULT_ROLES['home solar system'],
    recordCommitment: hashOf(`record of ${name}`),
    importLimitW: power(11_000n),
    exportLimitW: power(10_000n),
    creditLimit: money(0n),
    ...changes,
  };
}

type Route = (match: RegExpExecArray, query: URLSearchParams, body: string) => unknown;

class Refused {
  readonly status: number;
  readonly code: string;
  readonly facts: object;
  constructor(status: number, code: string, facts: object = {}) {
    this.status = status;
    this.code = code;
    this.facts = facts;
  }
}

export class SmallNode {
  readonly ledger: Ledger;
  /** Changes an answer on its way, by the route's path. */
  tamper: ((path: string, answer: unknown) => unknown) | undefined;
  /** So many transactions to come are taken, and their answer is lost. */
  answersToLose = 0;
  timeMs = GENESIS_MS;
  readonly #storage = new MemoryStorage();
  readonly #checkpointKeys = keysOf('checkpoints');
  /** Answers by the transaction's bytes: the same bytes have one effect. */
  readonly #answers = new Map<string, unknown>();
  /** Bytes of every submission in the order of arrival. */
  readonly submitted: string[] = [];

  private constructor() {
    this.ledger = new Ledger({ crypto, storage: this.#storage, rules: ruleBook });
  }

  static async create(options: {
    readonly founders?: Readonly<Record<string, Partial<Founder>>>;
    readonly markets?: GenesisParameters['markets'];
  }): Promise<SmallNode> {
    const node = new SmallNode();
    const others = Object.entries(options.founders ?? {});
    const parameters: GenesisParameters = {
      currency: 'EUR',
      founders: [
        founder('officer', { kind: 'organisation', roles: OFFICER_ROLES }),
        ...others.map(([name, changes]) => founder(name, changes)),
      ],
      registrarThreshold: 1,
      treasurerThreshold: 1,
      operatorThreshold: 1,
      checkerThreshold: 1,
      recoveryDelayMs: 86_400_000,
      markets: options.markets ?? [],
    };
    const document = encodeGenesis({
      name: ORIGIN,
      timeMs: GENESIS_MS,
      executionVersion: 1,
      sealBits: 0,
      checkpointBlocks: 1,
      parameters: encode(genesisParametersCodec, parameters),
    });
    await node.ledger.initChain(document);
    await node.block([], GENESIS_MS);
    return node;
  }

  get chain(): string {
    return toHex(this.ledger.chain);
  }

  get pinned(): PinnedLedger {
    return { chain: this.chain, origin: ORIGIN, keys: [this.verifierKey], threshold: 1 };
  }

  get verifierKey(): string {
    const { publicKey } = this.#checkpointKeys.signer;
    return formatVerifierKey(sha256, { name: ORIGIN, type: NOTE_SIGNATURE, publicKey });
  }

  get note(): string {
    const { history } = this.ledger;
    const checkpoint = { origin: ORIGIN, size: history.size, root: history.root(), extensions: [] };
    const { signer } = this.#checkpointKeys;
    return signCheckpoint(sha256, { checkpoint, name: ORIGIN, signer });
  }

  /** A note of any text under the key of the checkpoints. */
  sealed(text: string): string {
    const { signer } = this.#checkpointKeys;
    return formatNote({ text, signatures: [signNoteText(sha256, { text, name: ORIGIN, signer })] });
  }

  memberOf(name: string): number {
    return this.ledger.state.get(keys, keysOf(name).signer.publicKey)?.member ?? 0;
  }

  record(height: number): BlockRecord {
    const bytes = this.#storage.record(height);
    if (bytes === undefined) throw new Error(`no block ${height}`);
    return decodeRecord(bytes);
  }

  get heights(): readonly number[] {
    return Array.from({ length: this.ledger.history.size }, (_, height) => height);
  }

  /** The bytes that a name's device would send next. */
  sign(name: string, batch: readonly Action[]): Uint8Array {
    const { signer } = keysOf(name);
    const next = this.ledger.state.get(lanes, { key: signer.publicKey, lane: 0 })?.next ?? 0;
    const envelope = {
      chain: this.ledger.chain,
      onBehalfOf: undefined,
      lane: 0,
      sequence: next,
      validFromMs: this.timeMs,
      validUntilMs: this.timeMs + 86_000_000,
      atomic: false,
    };
    return signTransaction(crypto, signer, envelope, batch);
  }

  async block(transactions: readonly Uint8Array[], timeMs?: number): Promise<BlockOutcome> {
    this.timeMs = timeMs ?? this.timeMs + BLOCK_MS;
    const height = this.ledger.history.size;
    const outcome = await this.ledger.finalizeBlock({ height, timeMs: this.timeMs, transactions });
    await this.ledger.commit();
    return outcome;
  }

  /** A batch in a block of its own. @throws Error unless every action was done. */
  async run(name: string, ...batch: readonly Action[]): Promise<void> {
    const { receipts } = await this.block([this.sign(name, batch)]);
    const codes = receipts.flatMap(({ code, actions }) => [code, ...actions]);
    const refused = codes.find((code) => code !== 0);
    if (refused !== undefined) throw new Error(`${name}: ${refusalCode(refused)}`);
  }

  readonly fetch: Fetch = async (input, init = {}) => {
    const { pathname, search } = new URL(String(input), 'http://node');
    const text = typeof init.body === 'string' ? init.body : '';
    const proof = new Headers(init.headers).get('authorization') ?? '';
    for (const [pattern, route] of this.#routes(proof)) {
      const match = pattern.exec(pathname);
      if (match === null) continue;
      const answer = await route(match, new URLSearchParams(search), text);
      if (answer instanceof Refused) {
        const { status, code, facts } = answer;
        return json(status, { code, message: code, facts });
      }
      const changed = this.tamper === undefined ? answer : this.tamper(pathname, answer);
      if (typeof changed !== 'string') return json(200, changed);
      return new Response(changed, { headers: { 'content-type': 'text/plain; charset=utf-8' } });
    }
    return json(404, { code: 'not_found', message: pathname, facts: {} });
  };

  #routes(proof: string): readonly (readonly [RegExp, Route])[] {
    return [
      [/^\/api\/genesis$/, () => this.#genesis()],
      [/^\/api\/ledger$/, () => this.#status()],
      [/^\/api\/checkpoint$/, () => this.note],
      [/^\/api\/consistency$/, (_match, query) => this.#consistency(query)],
      [/^\/api\/blocks\/(\d+)$/, ([, height]) => this.#block(Number(height))],
      [/^\/api\/blocks\/(\d+)\/proof$/, ([, height], query) => this.#proof(Number(height), query)],
      [/^\/api\/keys\/(\w+)\/lanes\/(\d+)$/, ([, key = '', lane]) => this.#lane(key, Number(lane))],
      [/^\/api\/transactions$/, (_match, _query, body) => this.#submit(body)],
      [/^\/api\/me$/, () => this.#me(proof)],
      [/^\/api\/invites\/(\w+)$/, ([, key = '']) => this.#invite(key)],
    ];
  }

  #genesis() {
    return { document: toHex(encodeGenesis(this.ledger.genesis)), chain: this.chain };
  }

  #status() {
    const { height, hash, timeMs } = this.ledger.info();
    return {
      name: ORIGIN,
      chain: this.chain,
      currency: 'EUR',
      timeZone: 'Europe/Vienna',
      height: height ?? null,
      hash: hash === undefined ? null : toHex(hash),
      timeMs,
      nowMs: timeMs,
      checkpoint: this.note,
      cosigned: null,
      keys: [this.verifierKey],
      members: this.ledger.state.size(members),
    };
  }

  #consistency(query: URLSearchParams) {
    const [size1, size2] = [Number(query.get('from')), Number(query.get('to'))];
    const { history } = this.ledger;
    const [root1, root2] = [toHex(history.root(size1)), toHex(history.root(size2))];
    return { size1, size2, root1, root2, proof: history.consistencyProof(size1, size2).map(toHex) };
  }

  #block(height: number) {
    if (height >= this.ledger.history.size) return new Refused(404, 'block_unknown', { height });
    const { header, transactions, receipts } = this.record(height);
    return {
      hash: toHex(headerHash(crypto, header)),
      header: headerCodec.toJson(header),
      headerBytes: toHex(encode(headerCodec, header)),
      transactionLeaves: transactions.map((bytes) => toHex(leafHash(sha256, bytes))),
      receiptLeaves: receipts.map((bytes) => toHex(leafHash(sha256, bytes))),
      publicEvents: publicEvents(transactions.length, receipts),
      words: [],
    };
  }

  #proof(height: number, query: URLSearchParams) {
    const { history } = this.ledger;
    const size = Number(query.get('size') ?? history.size);
    return {
      index: height,
      size,
      leafHash: toHex(history.leafHash(height)),
      proof: history.inclusionProof(height, size).map(toHex),
      root: toHex(history.root(size)),
    };
  }

  #lane(key: string, lane: number) {
    const next = this.ledger.state.get(lanes, { key: fromHex(key), lane })?.next;
    if (next === undefined && lane !== 0) return new Refused(404, 'lane_unknown', { lane });
    return { key, lane, next: next ?? 0 };
  }

  async #submit(body: string) {
    const { transaction } = JSON.parse(body) as { transaction: string };
    this.submitted.push(transaction);
    const bytes = fromHex(transaction);
    let answer = this.#answers.get(transaction);
    if (answer === undefined) {
      const refusal = await this.ledger.checkTx(bytes);
      if (refusal !== undefined) return new Refused(422, 'refused', refusal);
      const outcome = await this.block([bytes]);
      answer = submissionOf(bytes, outcome);
      this.#answers.set(transaction, answer);
    }
    if (this.answersToLose > 0) {
      this.answersToLose--;
      throw new TypeError('fetch failed');
    }
    return answer;
  }

  #me(authorization: string) {
    const proof = parseRequestProof(authorization);
    const member = proof && this.ledger.state.get(keys, fromHex(proof.key))?.member;
    const found = member === undefined ? undefined : this.ledger.state.get(members, member);
    if (member === undefined || found === undefined) return new Refused(401, 'key_unknown');
    return {
      member,
      kind: found.kind,
      roles: [],
      importLimitW: `${found.importLimitW}`,
      exportLimitW: `${found.exportLimitW}`,
      status: 'active',
      recovery: null,
      label: null,
    };
  }

  #invite(key: string) {
    const invite = this.ledger.state.get(invites, fromHex(key));
    if (invite === undefined) return new Refused(404, 'invite_unknown');
    return {
      open: invite.expiresMs > this.timeMs,
      kind: invite.kind,
      roles: ['consumer'],
      expiresMs: invite.expiresMs,
      importLimitW: `${invite.importLimitW}`,
      exportLimitW: `${invite.exportLimitW}`,
      creditLimit: `${invite.creditLimit}`,
    };
  }
}

function publicEvents(transactionCount: number, receipts: readonly Uint8Array[]) {
  return receipts.slice(transactionCount).flatMap((leaf, at) => {
    const event = decode(eventCodec, leaf, 'event');
    const type = eventTypes.get(event.type) ?? cleared;
    if (type.audience !== 'public') return [];
    const value = type.codec.toJson(decode(type.codec, event.body, 'event'));
    const { name } = type;
    return [{ leafIndex: transactionCount + at, type: event.type, name, leaf: toHex(leaf), value }];
  });
}

function submissionOf(bytes: Uint8Array, { header, hash, receiptLeaves }: BlockOutcome) {
  const leaf = receiptLeaves[0] ?? new Uint8Array(0);
  const receipt = decode(receiptCodec, leaf, 'receipt');
  const name = (code: number) => (code === 0 ? 'done' : (refusalCode(code) ?? ''));
  const hashes = receiptLeaves.map((one) => leafHash(sha256, one));
  return {
    transactionId: toHex(readTransaction(crypto, bytes).id),
    height: header.height,
    blockHash: toHex(hash),
    timeMs: header.timeMs,
    code: name(receipt.code),
    actions: receipt.actions.map(name),
    receipt: {
      leaf: toHex(leaf),
      index: 0,
      size: hashes.length,
      proof: inclusionProof(sha256, hashes, 0).map(toHex),
      root: toHex(header.receiptsRoot),
    },
  };
}

function json(status: number, value: unknown): Response {
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  return new Response(JSON.stringify(value), { status, headers });
}
