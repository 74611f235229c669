/**
 * A community whose every key grows from a name, on the contracts' own rules: an officer who holds
 * all offices, homes that trade, and one member without a role. It is the same on every machine, so
 * that a campaign's seed is all there is to say about a run.
 */

import { NodeCrypto, NodeSigner, sha256 } from '@commonwatt/consensus';
import {
  DEFAULT_ROLES,
  type DefineMarket,
  type Founder,
  genesisParametersCodec,
  nextSequence,
  ROLE,
} from '@commonwatt/contracts';
import {
  type Action,
  asciiBytes,
  type BlockOutcome,
  type Codec,
  type Crypto,
  type Envelope,
  encode,
  encodeGenesis,
  type Ledger,
  type Signer,
  signTransaction,
} from '@commonwatt/ledger';
import { money, power, price } from '@commonwatt/units';
import type { CallRule } from './call-rules.ts';

/** 1 January 2026, 00:00 UTC. */
export const COMMUNITY_FROM_MS = 1_767_225_600_000;
export const SLOT_MS = 900_000;
export const CALL_MARKET = 1;
export const NEGOTIATED_MARKET = 2;
/** The member number of the officer; homes follow it. */
export const OFFICER = 1;
export const CONNECTION_W = 10_000n;

const nodeCrypto = new NodeCrypto();
/** Without a second thread, so that a seed always gives the same run. */
export const oneThreadCrypto: Crypto = {
  sha256: nodeCrypto.sha256,
  verify: (key, message, signature) => nodeCrypto.verify(key, message, signature),
};

const signers = new Map<string, NodeSigner>();

/** The key that belongs to a name: always the same, and worth nothing outside a simulation. */
export function signerOf(name: string): NodeSigner {
  let signer = signers.get(name);
  if (signer === undefined) {
    signer = new NodeSigner(sha256(asciiBytes(`simulated key of ${name}`)));
    signers.set(name, signer);
  }
  return signer;
}

/** A canonical X25519 key whose private half nobody holds. */
export function agreementKeyOf(name: string): Uint8Array {
  const bytes = sha256(asciiBytes(`simulated agreement key of ${name}`));
  bytes[31] = (bytes[31] as number) & 0x7f;
  return bytes;
}

export function homeName(at: number): string {
  return `home ${at}`;
}

/** The member without a role, which stands after the homes. */
export const IDLE = 'idle';

/** A home solar system under the keys of a name, with modest limits unless changed. */
export function founder(name: string, changes: Partial<Founder> = {}): Founder {
  return {
    publicKey: signerOf(name).publicKey,
    agreementKey: agreementKeyOf(name),
    kind: 'home solar system',
    roles: DEFAULT_ROLES['home solar system'],
    recordCommitment: sha256(asciiBytes(`record of ${name}`)),
    importLimitW: power(CONNECTION_W),
    exportLimitW: power(CONNECTION_W),
    creditLimit: money(2_000_000_000n),
    ...changes,
  };
}

function market(number: number, changes: Partial<DefineMarket>): DefineMarket {
  return {
    market: number,
    name: `market ${number}`,
    kind: 'call auction',
    slotLengthMs: SLOT_MS,
    gateLeadMs: 300_000,
    horizonMs: 86_400_000,
    priceLeast: price(-500_000n),
    priceMost: price(1_000_000n),
    kThousandths: 500,
    mechanism: 'uniform',
    roundsMax: 0,
    ...changes,
  };
}

export interface CommunityPlan {
  readonly homes: number;
  /** What rules each call market; one by the uniform price unless given. */
  readonly callRules?: readonly CallRule[];
  /** When the ledger begins; `COMMUNITY_FROM_MS` unless given. */
  readonly timeMs?: number;
  /** Another name is another ledger with the same people. */
  readonly name?: string;
  readonly checkpointBlocks?: number;
}

/** The markets of a community: one with negotiations, and a call market for each rule beside it. */
export function marketsOf({ callRules = [{}] }: Pick<CommunityPlan, 'callRules'>): DefineMarket[] {
  const negotiated = { kind: 'negotiated', mechanism: 'negotiation', roundsMax: 6 } as const;
  const [first = {}, ...others] = callRules;
  return [
    market(CALL_MARKET, first),
    market(NEGOTIATED_MARKET, negotiated),
    ...others.map((rule, at) => market(NEGOTIATED_MARKET + 1 + at, rule)),
  ];
}

/** The numbers of so many call markets. */
export function callMarketsOf(count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) =>
    at === 0 ? CALL_MARKET : NEGOTIATED_MARKET + at,
  );
}

export function communityGenesis(plan: CommunityPlan): Uint8Array {
  const { homes, timeMs, name, checkpointBlocks } = plan;
  const offices =
    ROLE.registrar | ROLE.treasurer | ROLE.operator | ROLE.provider | ROLE.checker | ROLE.auditor;
  const founders = [
    founder('officer', { kind: 'organisation', roles: offices }),
    ...Array.from({ length: homes }, (_, at) => founder(homeName(at))),
    founder(IDLE, { kind: 'organisation', roles: 0 }),
  ];
  return encodeGenesis({
    name: name ?? 'commonwatt/simulated',
    timeMs: timeMs ?? COMMUNITY_FROM_MS,
    executionVersion: 1,
    sealBits: 0,
    checkpointBlocks: checkpointBlocks ?? 1,
    parameters: encode(genesisParametersCodec, {
      currency: 'EUR',
      founders,
      registrarThreshold: 1,
      treasurerThreshold: 1,
      operatorThreshold: 1,
      checkerThreshold: 1,
      recoveryDelayMs: 86_400_000,
      markets: marketsOf(plan),
    }),
  });
}

/** One action as it stands in a batch. */
export function act<M>(type: number, codec: Codec<M>, message: NoInfer<M>): Action {
  return { type, body: encode(codec, message) };
}

/** The device of one key: it knows its chain and counts its own sequences. */
export class Device {
  readonly signer: Signer;
  readonly chain: Uint8Array;
  sequence: number;

  constructor(name: string, chain: Uint8Array, sequence = 0) {
    this.signer = signerOf(name);
    this.chain = chain;
    this.sequence = sequence;
  }

  /** Where the ledger stands with this key; for a device that was started anew. */
  follow(ledger: Ledger): void {
    this.sequence = nextSequence(ledger.state, this.signer.publicKey, 0) ?? 0;
  }

  /** A signed batch, valid for hours around `nowMs`; the next one has the next number. */
  sign(actions: readonly Action[], nowMs: number, changes: Partial<Envelope> = {}): Uint8Array {
    const envelope = {
      chain: this.chain,
      onBehalfOf: undefined,
      lane: 0,
      sequence: this.sequence,
      validFromMs: Math.max(0, nowMs - 6 * 3_600_000),
      validUntilMs: nowMs + 6 * 3_600_000,
      atomic: false,
      ...changes,
    };
    if (changes.sequence === undefined) this.sequence++;
    return signTransaction(oneThreadCrypto, this.signer, envelope, actions);
  }
}

/** Executes and commits one block on a bare ledger, as an engine of another kind would. */
export async function commitBlock(
  ledger: Ledger,
  timeMs: number,
  transactions: readonly Uint8Array[],
): Promise<BlockOutcome> {
  const height = (ledger.head?.height ?? -1) + 1;
  const outcome = await ledger.finalizeBlock({ height, timeMs, transactions });
  await ledger.commit();
  return outcome;
}
