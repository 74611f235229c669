/**
 * A small community on a real node for tests: officer, members with keys of their own, meters with
 * devices, and a clock that the test moves.
 */

import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { readingText } from '@commonwatt/api';
import { NodeSigner } from '@commonwatt/consensus';
import {
  ACTION,
  counters,
  DEFAULT_ROLES,
  type DefineMarket,
  enrolCodec,
  type Kind,
  keys,
  lanes,
  registerMeterCodec,
  type Standing,
  standingOrderCodec,
} from '@commonwatt/contracts';
import {
  type Action,
  encode,
  possessionBytes,
  type Signer,
  signTransaction,
  toHex,
  utf8Bytes,
} from '@commonwatt/ledger';
import type { Energy, Money, Power, Price } from '@commonwatt/units';
import { genesisOf, officerFounder } from '../config.ts';
import type { SignedReading } from '../desks.ts';
import { CommunityNode } from '../node.ts';
import type { NodeOptions } from '../node-options.ts';
import { actionOf } from '../officer.ts';

export const SLOT_MS = 900_000;
export const HOUR_MS = 3_600_000;
/** A Saturday, 12:00 UTC. */
export const NOON_MS = Date.UTC(2026, 2, 21, 12);

export class SetClock {
  ms = NOON_MS;
  nowMs(): number {
    return this.ms;
  }
}

/** X25519 public key of a seed, by its PKCS #8 form (RFC 8410). */
export function agreementKeyOf(seed: Uint8Array): Uint8Array {
  const prefix = Buffer.from('302e020100300506032b656e04220420', 'hex');
  const der = Buffer.concat([prefix, seed]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  return new Uint8Array(spki.subarray(spki.length - 32));
}

export function seedOf(text: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(text).digest());
}

export function signerOf(name: string): NodeSigner {
  return new NodeSigner(seedOf(`key of ${name}`));
}

export const MARKET: DefineMarket = {
  market: 1,
  name: 'street',
  kind: 'call auction',
  slotLengthMs: SLOT_MS,
  gateLeadMs: 300_000,
  horizonMs: 172_800_000,
  priceLeast: 0n as Price,
  priceMost: 1_000_000n as Price,
  kThousandths: 500,
  mechanism: 'uniform',
  roundsMax: 10,
};

export interface TestMember {
  readonly name: string;
  readonly number: number;
  readonly signer: Signer;
  /** The number of its meter, and the key inside it. */
  readonly meter: number;
  readonly device: Signer;
}

export interface SignedChanges {
  readonly counter?: number;
  readonly signer?: Signer;
  readonly meter?: number;
  readonly quality?: Standing['quality'];
  readonly version?: number;
}

export class TestCommunity {
  node: CommunityNode;
  readonly clock: SetClock;
  #options: NodeOptions;
  readonly members = new Map<string, TestMember>();
  readonly #counters = new Map<number, number>();

  private constructor(node: CommunityNode, clock: SetClock, options: NodeOptions) {
    this.node = node;
    this.clock = clock;
    this.#options = options;
  }

  /** Besides the officer as many checkers as are named; all of them must agree on a run. */
  static async open(
    options: Partial<NodeOptions> = {},
    clock = new SetClock(),
    checkers: readonly string[] = [],
    markets: readonly DefineMarket[] = [MARKET],
  ): Promise<TestCommunity> {
    const officer = signerOf('officer');
    const founders = ['officer', ...checkers].map((name) =>
      officerFounder({
        publicKey: signerOf(name).publicKey,
        agreementKey: agreementKeyOf(seedOf(`agreement of ${name}`)),
        recordCommitment: seedOf(`record of ${name}`),
      }),
    );
    const genesis = genesisOf(
      {
        name: 'commonwatt/test',
        currency: 'EUR',
        thresholds: { registrar: 1, treasurer: 1, operator: 1, checker: 1 + checkers.length },
        recoveryDelayMs: 86_400_000,
        sealBits: 0,
        markets,
      },
      founders,
      NOON_MS,
    );
    const all: NodeOptions = {
      clock,
      genesis,
      officer,
      settlement: { periodMs: HOUR_MS, graceMs: SLOT_MS },
      ...options,
    };
    return new TestCommunity(await CommunityNode.open(all), clock, all);
  }

  /** Ends the node, and opens another on the same folder, or on a copy of it. */
  async restart(dir = this.#options.dir): Promise<void> {
    await this.node.stop();
    this.#options = { ...this.#options, ...(dir !== undefined && { dir }) };
    this.node = await CommunityNode.open(this.#options);
  }

  /** Enrols a member and registers its meter, by the officer's hand. */
  async enrol(name: string, kind: Kind = 'home solar system'): Promise<TestMember> {
    const { officer, ledger } = this.node;
    const signer = signerOf(name);
    const device = signerOf(`meter of ${name}`);
    const { publicKey } = signer;
    const agreementKey = agreementKeyOf(seedOf(`agreement of ${name}`));
    await officer.submit([
      actionOf(ACTION.enrol, enrolCodec, {
        publicKey,
        agreementKey,
        kind,
        roles: DEFAULT_ROLES[kind],
        recordCommitment: seedOf(`record of ${name}`),
        importLimitW: 11_000n as Power,
        exportLimitW: 10_000n as Power,
        creditLimit: 100_000_000_000n as Money,
        activeFromHeight: 0,
        possession: signer.sign(possessionBytes(ledger.chain, 'enrol', publicKey, agreementKey)),
      }),
    ]);
    const number = ledger.state.get(keys, publicKey)?.member as number;
    await officer.submit([
      actionOf(ACTION.registerMeter, registerMeterCodec, {
        direction: 'both',
        measures: 'connection',
        position: { feeder: 'north', transformer: '' },
        member: number,
        source: 'device',
        key: device.publicKey,
        importLimitW: 11_000n as Power,
        exportLimitW: 10_000n as Power,
        renewable: kind === 'home solar system' ? 'yes' : 'no',
      }),
    ]);
    const meter = (ledger.state.get(counters, 'meters')?.next as number) - 1;
    const member = { name, number, signer, meter, device };
    this.members.set(name, member);
    return member;
  }

  member(name: string): TestMember {
    const found = this.members.get(name);
    if (found === undefined) throw new Error(`community: nobody is called ${name}`);
    return found;
  }

  /** Submits a member's batch as its device would. Answers 'done' or a code per action. */
  async send(name: string, ...actions: readonly Action[]): Promise<readonly string[]> {
    const { ledger, crypto, engine } = this.node;
    const { signer } = this.member(name);
    const lane = { key: signer.publicKey, lane: 0 };
    const bytes = signTransaction(
      crypto,
      signer,
      {
        chain: ledger.chain,
        onBehalfOf: undefined,
        lane: 0,
        sequence: ledger.state.get(lanes, lane)?.next ?? 0,
        validFromMs: this.clock.ms - HOUR_MS,
        validUntilMs: this.clock.ms + HOUR_MS,
        atomic: false,
      },
      actions,
    );
    const answer = await engine.submit(bytes);
    if (answer.status === 'refused') return [answer.refusal.code];
    return answer.actions.map((one) => one?.code ?? 'done');
  }

  /** A standing order from now on for a day. */
  async stand(
    name: string,
    side: 'buy' | 'sell',
    energy: bigint,
    limit: bigint,
  ): Promise<readonly string[]> {
    const fromMs = this.clock.ms - (this.clock.ms % SLOT_MS);
    const body = encode(standingOrderCodec, {
      market: 1,
      side,
      limit: limit as Price,
      energies: [energy as Energy],
      fromMs,
      untilMs: fromMs + 86_400_000,
    });
    return this.send(name, { type: ACTION.standingOrder, body });
  }

  /** Moves the clock on and lets the node do what is due. */
  async advance(ms: number): ReturnType<CommunityNode['tick']> {
    this.clock.ms += ms;
    return this.node.tick();
  }

  /** A reading as the member's meter signs it; its counter rises with every reading. */
  reading(
    name: string,
    slotMs: number,
    amounts: { readonly imported?: bigint; readonly exported?: bigint },
    changes: SignedChanges = {},
  ): SignedReading {
    const { device } = this.member(name);
    const { quality = 'measured', version = 1, meter = this.member(name).meter } = changes;
    const counter = changes.counter ?? (this.#counters.get(meter) ?? 0) + 1;
    this.#counters.set(meter, Math.max(counter, this.#counters.get(meter) ?? 0));
    const imported = (amounts.imported ?? 0n) as Energy;
    const exported = (amounts.exported ?? 0n) as Energy;
    const signer = changes.signer ?? device;
    const chain = toHex(this.node.ledger.chain);
    const counted = { importedWh: imported, exportedWh: exported };
    const parts = { chain, meter, slotMs, counter, ...counted, quality, version };
    const signature = signer.sign(utf8Bytes(readingText(parts)));
    const key = signer.publicKey;
    return { meter, slotMs, counter, imported, exported, quality, version, key, signature };
  }

  /** Delivers one reading: nothing, or its refusal's code. */
  async deliver(reading: SignedReading): Promise<string | undefined> {
    const [answer] = await this.node.readings.take([reading]);
    return answer?.code;
  }
}
