/**
 * A small community on the contracts' own rules with a real engine, behind a real server: members
 * with keys from their names, some trades and grants, and small fakes of the desks that need readings.
 */

import { createHash, randomBytes } from 'node:crypto';
import { formatRequestProof, requestText } from '@commonwatt/api';
import { EmbeddedEngine, MemoryStorage, NodeCrypto, NodeSigner } from '@commonwatt/consensus';
import {
  ACTION,
  DEFAULT_ROLES,
  type DefineMarket,
  type Founder,
  type GenesisParameters,
  genesisParametersCodec,
  nextSequence,
  ROLE,
  meters as registeredMeters,
  revokeMemberCodec,
  ruleBook,
} from '@commonwatt/contracts';
import {
  type Action,
  type Clock,
  type Codec,
  type Envelope,
  encode,
  encodeGenesis,
  Ledger,
  type Signer,
  type Storage,
  signTransaction,
  toHex,
} from '@commonwatt/ledger';
import { type Energy, energy, money, power, price } from '@commonwatt/units';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { billingDesk } from '../billing/testing/billing-desk.ts';
import { CheckpointDesk } from '../checkpoint-desk.ts';
import type {
  CommunityFigures,
  DeskRefusal,
  Desks,
  ReadingsDesk,
  SignedReading,
  Statement,
  StoredReading,
} from '../desks.ts';
import { SealedMailbox } from '../mailbox.ts';
import { AccessLog } from '../personal/access-log.ts';
import { openVault } from '../personal/open-vault.ts';
import { MemoryRecordStore } from '../personal/record-store.ts';
import { Projections } from '../projections/projections.ts';
import type { ReadingVersion } from '../readings-desk.ts';
import { createServer, type HttpServer, type ServerOptions } from './server.ts';

/** 1 January 2026, 00:00 UTC. */
export const GENESIS_MS = 1_767_225_600_000;
export const QUARTER_MS = 900_000;
export const DAY_MS = 86_400_000;
export const CALL = 1;
export const NEGOTIATED = 2;
/** The slot in which ana and bob trade: its gate closes five minutes before. */
export const SLOT_MS = GENESIS_MS + 2 * QUARTER_MS;
/** What a request's time is compared with: nothing to do with the market's clock. */
export const REQUEST_MS = 1_800_000_000_000;

export class SetClock implements Clock {
  ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
  nowMs(): number {
    return this.ms;
  }
}

/** The key that belongs to a name: always the same. */
export function keyOf(name: string): NodeSigner {
  return new NodeSigner(new Uint8Array(createHash('sha256').update(`key of ${name}`).digest()));
}

export function action<M>(type: number, codec: Codec<M>, message: M): Action {
  return { type, body: encode(codec, message) };
}

/** A canonical X25519 key, whose private half nobody needs here. */
function agreementKeyOf(name: string): Uint8Array {
  const bytes = keyOf(`agreement of ${name}`).publicKey;
  bytes[31] = (bytes[31] as number) & 0x7f;
  return bytes;
}

function founder(name: string, changes: Partial<Founder> = {}): Founder {
  return {
    publicKey: keyOf(name).publicKey,
    agreementKey: agreementKeyOf(name),
    kind: 'home solar system',
    roles: DEFAULT_ROLES['home solar system'],
    recordCommitment: new Uint8Array(32),
    importLimitW: power(11_000n),
    exportLimitW: power(10_000n),
    creditLimit: money(1_000_000_000_000n),
    ...changes,
  };
}

const officer = (roles: number): Partial<Founder> => ({ kind: 'organisation', roles });

/** Everyone who is a member from the first block on, numbered from 1. */
export const MEMBERS = [
  'registrar',
  'ana',
  'bob',
  'auditor',
  'operator',
  'treasurer',
  'provider',
  'checker',
  'gone',
  'carl',
] as const;
export type MemberName = (typeof MEMBERS)[number];

export function numberOf(name: MemberName): number {
  return MEMBERS.indexOf(name) + 1;
}

const FOUNDERS: Readonly<Record<MemberName, Partial<Founder>>> = {
  registrar: officer(ROLE.registrar),
  ana: {},
  bob: {},
  auditor: officer(ROLE.auditor),
  operator: officer(ROLE.operator),
  treasurer: officer(ROLE.treasurer),
  provider: officer(ROLE.provider),
  checker: officer(ROLE.checker),
  gone: {},
  carl: {},
};

export function marketOf(market: number, changes: Partial<DefineMarket>): DefineMarket {
  return {
    market,
    name: 'Street',
    kind: 'call auction',
    slotLengthMs: QUARTER_MS,
    gateLeadMs: 300_000,
    horizonMs: 2 * DAY_MS,
    priceLeast: price(-500_000n),
    priceMost: price(1_000_000n),
    kThousandths: 500,
    mechanism: 'uniform',
    roundsMax: 0,
    ...changes,
  };
}

/** How a community differs: parameters, and members by name. */
export interface CommunityChanges {
  readonly parameters?: Partial<Omit<GenesisParameters, 'founders'>>;
  readonly founders?: Partial<Record<MemberName, Partial<Founder>>>;
}

function genesisDocument({ parameters, founders }: CommunityChanges): Uint8Array {
  const genesis: GenesisParameters = {
    currency: 'EUR',
    founders: MEMBERS.map((name) => founder(name, { ...FOUNDERS[name], ...founders?.[name] })),
    registrarThreshold: 1,
    treasurerThreshold: 1,
    operatorThreshold: 1,
    checkerThreshold: 1,
    recoveryDelayMs: DAY_MS,
    markets: [
      marketOf(CALL, {}),
      marketOf(NEGOTIATED, {
        name: 'SETM',
        kind: 'negotiated',
        mechanism: 'negotiation',
        roundsMax: 3,
      }),
    ],
    ...parameters,
  };
  return encodeGenesis({
    name: 'commonwatt/test',
    timeMs: GENESIS_MS,
    executionVersion: 1,
    sealBits: 0,
    checkpointBlocks: 1,
    parameters: encode(genesisParametersCodec, genesis),
  });
}

/** A reading as its history shows it. */
function said({ member: _, ...reading }: FakeDesks['stored'][number]): ReadingVersion {
  return {
    ...reading,
    counter: 1,
    receivedMs: reading.slotMs,
    key: new Uint8Array(32),
    signature: new Uint8Array(64),
    isCorrection: false,
    rules: true,
    flags: [],
  };
}

/** The desks that need readings, as memory that a test fills. */
export class FakeDesks {
  readonly labels = new Map<number, string>();
  readonly stored: (StoredReading & { readonly member: number })[] = [];
  readonly statementsOf = new Map<number, Statement[]>();
  /** What the readings desk answers to each reading. */
  answer: (reading: SignedReading) => DeskRefusal | undefined = () => undefined;
}

export interface Knock {
  readonly method?: InjectOptions['method'];
  readonly url: string;
  /** Signs the request. */
  readonly as?: Signer | undefined;
  readonly body?: unknown;
  /** The body as it is, where it is not JSON or not meant to be. */
  readonly payload?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly address?: string;
}

export class TestingCommunity {
  readonly crypto = new NodeCrypto();
  readonly clock = new SetClock(GENESIS_MS);
  readonly requestClock = new SetClock(REQUEST_MS);
  readonly fakes = new FakeDesks();
  readonly ledger: Ledger;
  readonly engine: EmbeddedEngine;
  readonly desks: Desks;
  server!: HttpServer;

  private constructor(storage: Storage) {
    this.ledger = new Ledger({ crypto: this.crypto, storage, rules: ruleBook });
    this.engine = new EmbeddedEngine({ ledger: this.ledger, clock: this.clock });
    this.desks = this.#makeDesks();
  }

  /** A ledger with its first block, and a server that is asked by inject. */
  static async open(
    options: ServerOptions = {},
    storage: Storage = new MemoryStorage(),
    changes: CommunityChanges = {},
  ): Promise<TestingCommunity> {
    const community = new TestingCommunity(storage);
    await community.ledger.initChain(genesisDocument(changes));
    community.engine.onBlock(({ header }) => community.desks.projections.follow(header.height));
    await community.send(
      'registrar',
      action(ACTION.revokeMember, revokeMemberCodec, { member: numberOf('gone'), fromHeight: 1 }),
    );
    community.server = await createServer(community.desks, {
      requestClock: community.requestClock,
      port: 0,
      ...options,
    });
    return community;
  }

  async close(): Promise<void> {
    await this.server.close();
    await this.engine.stop();
  }

  #makeDesks(): Desks {
    const { ledger, engine, crypto, clock, fakes } = this;
    const projections = new Projections(ledger, crypto);
    const within = (ms: number, fromMs: number, untilMs: number) => ms >= fromMs && ms < untilMs;
    const readings: ReadingsDesk = {
      take: async (readings) => readings.map((one) => fakes.answer(one)),
      of: (member, fromMs, untilMs, limit) =>
        fakes.stored
          .filter((one) => one.member === member && within(one.slotMs, fromMs, untilMs))
          .slice(0, limit),
      slotLengthMs: 900_000,
      historyOf: (member, fromMs, untilMs, limit) =>
        fakes.stored
          .filter((one) => one.member === member && within(one.slotMs, fromMs, untilMs))
          .slice(0, limit)
          .map(said),
      historyOfMeter: (meter, fromMs, untilMs, limit, source) =>
        fakes.stored
          .filter((one) => one.meter === meter && one.source === (source ?? one.source))
          .filter((one) => within(one.slotMs, fromMs, untilMs))
          .slice(0, limit)
          .map(said),
      qualityOf: (meters, fromMs, untilMs) =>
        meters.map((meter) => ({
          meter,
          member: ledger.state.get(registeredMeters, meter)?.member ?? 0,
          expected: 1,
          counts: { measured: 0, substituted: 0, estimated: 0, missing: 1 },
          flagged: 0,
          corrected: 0,
          stretches: [{ fromMs, untilMs, quality: 'missing', source: undefined, flags: [] }],
          isCut: false,
        })),
      balanceOfFeeders: (fromMs) => [
        { feeder: 'north', meter: 9, compared: 1, unbalanced: 1, slotsMs: [fromMs] },
      ],
    };
    return {
      ledger,
      engine,
      crypto,
      clock,
      projections,
      checkpoints: new CheckpointDesk({ ledger, crypto, signer: keyOf('checkpoints') }),
      readings,
      sharing: {
        take: (entries) => entries.map(() => undefined),
        differences: (slotMs) => [
          {
            slotMs,
            member: numberOf('ana'),
            side: 'received',
            allocated: 310n,
            accepted: 300n,
            because: 'above the meter',
          },
        ],
      },
      personal: {
        label: (member) => fakes.labels.get(member),
        putLabel: async (member, label) => {
          fakes.labels.set(member, label);
        },
        erase: async (member) => {
          fakes.labels.delete(member);
        },
      },
      statements: {
        open: () => [],
        of: (member, fromMs, untilMs, limit) =>
          (fakes.statementsOf.get(member) ?? [])
            .filter((one) => one.periodUntilMs > fromMs && one.periodFromMs < untilMs)
            .slice(0, limit),
        slots: () => new Map(),
        bundle: (member, fromMs, untilMs) => ({
          format: 'commonwatt/bundle/1',
          member,
          period: { fromMs, untilMs },
        }),
      },
      billing: billingDesk({
        ledger,
        crypto,
        clock,
        projections,
        readings,
        signer: keyOf('checkpoints'),
        billed: numberOf('ana'),
      }),
      mailbox: new SealedMailbox(new MemoryRecordStore(), clock),
      accessLog: new AccessLog({ vault: openVault(undefined, crypto), clock }),
      clockWatch: undefined,
      mqtt: undefined,
      certificates: undefined,
      community: () => figures(),
      words: (height) => [`block ${height}`],
      why: (_market, slotMs) => `why ${slotMs}`,
    };
  }

  /** Signed bytes as a member's device would send them next. */
  sign(key: Signer, actions: readonly Action[], changes: Partial<Envelope> = {}): Uint8Array {
    const { state, chain } = this.ledger;
    const lane = changes.lane ?? 0;
    const envelope = {
      chain,
      onBehalfOf: undefined,
      lane,
      sequence: nextSequence(state, key.publicKey, lane) ?? 0,
      validFromMs: this.clock.ms - 1000,
      validUntilMs: this.clock.ms + 3_600_000,
      atomic: false,
      ...changes,
    };
    return signTransaction(this.crypto, key, envelope, actions);
  }

  /** Puts actions on the ledger. @throws Error when any is refused. Answers the transaction's id. */
  async send(name: string, ...actions: readonly Action[]): Promise<string> {
    const answer = await this.engine.submit(this.sign(keyOf(name), actions));
    if (answer.status === 'refused') throw new Error(`${name}: ${JSON.stringify(answer.refusal)}`);
    const refused = answer.actions.find((one) => one !== undefined) ?? answer.refusal;
    if (refused !== undefined) throw new Error(`${name}: ${refused.code}`);
    return toHex(answer.receipt.transactionId);
  }

  /** Moves the market's clock and makes the blocks that are due. */
  async passTo(ms: number): Promise<void> {
    this.clock.ms = ms;
    for (let blocks = 0; blocks < 20; blocks++) if (!(await this.engine.tick())) return;
  }

  authorization(
    key: Signer,
    parts: { readonly method: string; readonly url: string; readonly payload?: string | Buffer },
    changes: { readonly timeMs?: number; readonly nonce?: string; readonly chain?: string } = {},
  ): string {
    const timeMs = changes.timeMs ?? this.requestClock.ms;
    const nonce = changes.nonce ?? randomBytes(16).toString('hex');
    const text = requestText({
      chain: changes.chain ?? toHex(this.ledger.chain),
      method: parts.method,
      target: parts.url,
      timeMs,
      nonce,
      bodyHash: createHash('sha256')
        .update(parts.payload ?? '')
        .digest('hex'),
    });
    const signature = toHex(key.sign(Buffer.from(text, 'utf8')));
    return formatRequestProof({ key: toHex(key.publicKey), timeMs, nonce, signature });
  }

  async knock({
    method = 'GET',
    url,
    as,
    body,
    payload = body === undefined ? undefined : JSON.stringify(body),
    headers = {},
    address = '192.0.2.1',
  }: Knock): Promise<LightMyRequestResponse> {
    const signed: Record<string, string> = {};
    if (as !== undefined) {
      const parts = { method, url, ...(payload !== undefined && { payload }) };
      signed.authorization = this.authorization(as, parts);
    }
    if (payload !== undefined) signed['content-type'] = 'application/json';
    return this.server.fastify.inject({
      method,
      url,
      remoteAddress: address,
      headers: { ...signed, ...headers },
      ...(payload !== undefined && { payload }),
    });
  }
}

function figures(): CommunityFigures {
  return {
    dayFromMs: GENESIS_MS,
    tradedWh: energy(1200n),
    tradedValue: money(240_000_000n),
    averagePrice: price(200_000n),
    supplierPrice: undefined,
    feedInPrice: price(82_000n),
    localShareThousandths: undefined,
    settledUntilMs: undefined,
    kinds: [{ kind: 'home solar system', members: 3 }],
  };
}

export const wh = (wattHours: bigint): Energy => energy(wattHours);
