/** A node that keeps both ledgers, with members of both, for tests. */

import {
  ACTION,
  account,
  balanceOf,
  burnCodec,
  DEFAULT_ROLES,
  depositCodec,
  enrolCodec,
  ISSUANCE,
  keys,
  lanes,
  lockCodec,
} from '@commonwatt/contracts';
import { type Action, possessionBytes, signTransaction } from '@commonwatt/ledger';
import { type Money, money, power } from '@commonwatt/units';
import { officerFounder } from '../../config.ts';
import type { CommunityNode } from '../../node.ts';
import type { NodeOptions } from '../../node-options.ts';
import { actionOf } from '../../officer.ts';
import {
  agreementKeyOf,
  HOUR_MS,
  NOON_MS,
  seedOf,
  signerOf,
  TestCommunity,
} from '../../testing/community.ts';
import type { CertificateLedger, CertificateOptions } from '../certificate-ledger.ts';
import { certificateGenesis } from '../certificate-settings.ts';

export const FINALITY_BLOCKS = 1;

/** Options of a node with a ledger of certificates whose officer is the market's. */
export function testingCertificates(finalityBlocks = FINALITY_BLOCKS): CertificateOptions {
  const settings = {
    name: 'commonwatt/test/certificates',
    periodMs: 365 * 24 * HOUR_MS,
    finalityBlocks,
  };
  const founder = officerFounder({
    publicKey: signerOf('officer').publicKey,
    agreementKey: agreementKeyOf(seedOf('agreement of officer')),
    recordCommitment: seedOf('record of officer'),
  });
  const officers = {
    currency: 'EUR',
    founders: [founder],
    thresholds: { registrar: 1, treasurer: 1, operator: 1, checker: 1 },
    recoveryDelayMs: 86_400_000,
  };
  return { genesis: certificateGenesis(settings, officers, NOON_MS), finalityBlocks };
}

export class TwoLedgers {
  readonly community: TestCommunity;

  private constructor(community: TestCommunity) {
    this.community = community;
  }

  static async open(
    options: Partial<NodeOptions> = {},
    finalityBlocks = FINALITY_BLOCKS,
  ): Promise<TwoLedgers> {
    const certificates = testingCertificates(finalityBlocks);
    const settlement = { enabled: false };
    return new TwoLedgers(await TestCommunity.open({ certificates, settlement, ...options }));
  }

  get node(): CommunityNode {
    return this.community.node;
  }

  get certificates(): CertificateLedger {
    const { certificates } = this.node;
    if (certificates === undefined) throw new Error('test: expected a ledger of certificates');
    return certificates;
  }

  /** A member of both ledgers, with coin on the market's. */
  async enrol(name: string, funds: bigint): Promise<void> {
    await this.enrolHere(name, funds);
    await this.enrolThere(name);
  }

  /** On the market's ledger alone. */
  async enrolHere(name: string, funds: bigint): Promise<void> {
    const { number } = await this.community.enrol(name);
    const deposit = { member: number, amount: money(funds), reference: seedOf(`funds of ${name}`) };
    await this.node.officer.submit([actionOf(ACTION.deposit, depositCodec, deposit)]);
  }

  /** The same key, on the ledger of certificates. */
  async enrolThere(name: string): Promise<void> {
    const { officer, ledger } = this.certificates;
    const signer = signerOf(name);
    const { publicKey } = signer;
    const agreementKey = agreementKeyOf(seedOf(`agreement of ${name}`));
    const kind = 'home solar system';
    await officer.submit([
      actionOf(ACTION.enrol, enrolCodec, {
        publicKey,
        agreementKey,
        kind,
        roles: DEFAULT_ROLES[kind],
        recordCommitment: seedOf(`record of ${name}`),
        importLimitW: power(1n),
        exportLimitW: power(1n),
        creditLimit: money(0n),
        activeFromHeight: 0,
        possession: signer.sign(possessionBytes(ledger.chain, 'enrol', publicKey, agreementKey)),
      }),
    ]);
  }

  async lock(name: string, amount: bigint): Promise<readonly string[]> {
    const peer = this.certificates.peer ?? 0;
    const message = { peer, amount: money(amount), entitlement: undefined };
    return this.community.send(name, actionOf(ACTION.lockAsset, lockCodec, message));
  }

  async burn(name: string, amount: bigint): Promise<readonly string[]> {
    const peer = this.certificates.marketPeer ?? 0;
    return this.send(name, actionOf(ACTION.burnCoin, burnCodec, { peer, amount: money(amount) }));
  }

  /** A member's batch on the ledger of certificates. */
  async send(name: string, ...actions: readonly Action[]): Promise<readonly string[]> {
    const { ledger, engine } = this.certificates;
    const signer = signerOf(name);
    const lane = { key: signer.publicKey, lane: 0 };
    const bytes = signTransaction(
      this.node.crypto,
      signer,
      {
        chain: ledger.chain,
        onBehalfOf: undefined,
        lane: 0,
        sequence: ledger.state.get(lanes, lane)?.next ?? 0,
        validFromMs: this.community.clock.ms - HOUR_MS,
        validUntilMs: this.community.clock.ms + HOUR_MS,
        atomic: false,
      },
      actions,
    );
    const answer = await engine.submit(bytes);
    if (answer.status === 'refused') return [answer.refusal.code];
    return answer.actions.map((one) => one?.code ?? 'done');
  }

  /** A block of each ledger that changes nothing of the peg: what left gets blocks behind it. */
  async blocks(count = FINALITY_BLOCKS): Promise<void> {
    for (let at = 0; at < count; at++) {
      await this.node.officer.openLane(this.#lane);
      await this.certificates.officer.openLane(this.#lane);
      this.#lane++;
    }
  }
  #lane = 100;

  free(name: string, where: 'market' | 'certificates'): Money {
    const { state } = where === 'market' ? this.node.ledger : this.certificates.ledger;
    const member = state.get(keys, signerOf(name).publicKey)?.member;
    return member === undefined ? money(0n) : balanceOf(state, account(member, 'available'));
  }

  /** Coin that stands locked on the market's ledger, and coin minted on the other. */
  pegged(): { readonly locked: bigint; readonly minted: bigint } {
    return {
      locked: balanceOf(this.node.ledger.state, account(0, 'pegged')),
      minted: -balanceOf(this.certificates.ledger.state, ISSUANCE),
    };
  }
}
