/** A market's ledger and one of certificates that know each other, with members of both. */

import {
  type Action,
  type Crypto,
  formatVerifierKey,
  NOTE_SIGNATURE,
  signCheckpoint,
} from '@commonwatt/ledger';
import { type Energy, energy, type Money, money } from '@commonwatt/units';
import { ACTION } from '../../action-types.ts';
import { grantEntitlement } from '../../certificates/entitlements.ts';
import type { EntitlementKey, Grant } from '../../certificates/messages.ts';
import { grantCodec } from '../../certificates/messages.ts';
import { certificatesModule } from '../../certificates/module.ts';
import { marketModule } from '../../execution/market-by-meters.ts';
import type { ContractModule } from '../../execution/module.ts';
import {
  action,
  GENESIS_MS,
  hashOf,
  ruleBookOf,
  TestingLedger,
  testingCrypto,
  testingKey,
} from '../../execution/testing-ledger.test-support.ts';
import { governanceModule } from '../../governance/module.ts';
import { identityModule } from '../../identity/module.ts';
import { MECHANISM_VERSIONS } from '../../market/mechanism.ts';
import { meteringModule } from '../../metering/module.ts';
import { SETTLEMENT_VERSIONS, settlementModule } from '../../settlement/module.ts';
import { account, balanceOf } from '../../wallet/accounts.ts';
import { depositCodec } from '../../wallet/messages.ts';
import { walletModule } from '../../wallet/module.ts';
import { lockCodec, type NamePeer, namePeerCodec } from '../messages.ts';
import { bridgeModule } from '../module.ts';
import { relayActions } from '../relay.ts';

export const MARKET = 1;
export const CERTIFICATES = 2;
export const FINALITY_BLOCKS = 2;
export const PERIOD_MS = 365 * 86_400_000;
/** Stands for what settlement does: grants what it is told to. */
export const GRANT = 799;

const granting: ContractModule = {
  name: 'granting',
  tables: [],
  groupings: [],
  actions: [
    {
      type: GRANT,
      name: 'grant',
      codec: grantCodec,
      apply(context, message) {
        grantEntitlement(context, message);
        return undefined;
      },
    },
  ],
};

/** The line as it is released, and one action that grants what settlement would. */
const rules = ruleBookOf(
  [
    identityModule,
    walletModule,
    marketModule,
    meteringModule,
    settlementModule,
    certificatesModule,
    bridgeModule,
    governanceModule,
    granting,
  ],
  new Map([...MECHANISM_VERSIONS, ['settlement', SETTLEMENT_VERSIONS]]),
);

const crypto: Crypto = testingCrypto;
export const wh = (count: number): Energy => energy(BigInt(count));
export const nano = (count: number): Money => money(BigInt(count));

/** A ledger with the key under which it signs its heads. */
export class SigningLedger {
  readonly ledger: TestingLedger;
  readonly name: string;

  constructor(ledger: TestingLedger, name: string) {
    this.ledger = ledger;
    this.name = name;
  }

  get verifierKey(): string {
    const { publicKey } = testingKey(this.name);
    return formatVerifierKey(crypto.sha256, { name: this.name, type: NOTE_SIGNATURE, publicKey });
  }

  /** The signed head of a size; of all blocks unless given. */
  note(
    size = this.ledger.ledger.history.size,
    root = this.ledger.ledger.history.root(size),
  ): string {
    const checkpoint = { origin: this.name, size, root, extensions: [] };
    const signer = testingKey(this.name);
    return signCheckpoint(crypto.sha256, { checkpoint, name: this.name, signer });
  }

  asPeer(peer: number, changes: Partial<NamePeer> = {}): NamePeer {
    return {
      peer,
      chain: this.ledger.chain,
      origin: this.name,
      keys: [this.verifierKey],
      threshold: 1,
      finalityBlocks: FINALITY_BLOCKS,
      ...changes,
    };
  }

  free(name: string): Money {
    const { number } = this.ledger.member(name);
    return balanceOf(this.ledger.state, account(number, 'available'));
  }

  /** Blocks without transactions. */
  async blocks(count: number): Promise<void> {
    for (let at = 0; at < count; at++) await this.ledger.block();
  }
}

export interface TwoLedgers {
  readonly market: SigningLedger;
  readonly certificates: SigningLedger;
}

/** The same founders on both, in another order, so that their numbers differ. */
export async function twoLedgers(names: readonly string[] = ['ana', 'ben']): Promise<TwoLedgers> {
  const founders = (list: readonly string[]) => Object.fromEntries(list.map((name) => [name, {}]));
  const market = new SigningLedger(
    await TestingLedger.create({ name: 'commonwatt/market', founders: founders(names), rules }),
    'commonwatt/market',
  );
  const certificates = new SigningLedger(
    await TestingLedger.create({
      name: 'commonwatt/certificates',
      founders: founders([...names].reverse()),
      rules,
      genesis: {
        certificateLedger: { periodOriginMs: GENESIS_MS, periodLengthMs: PERIOD_MS },
        peers: [market.asPeer(MARKET)],
      },
    }),
    'commonwatt/certificates',
  );
  await expectDone(
    market,
    'officer',
    action(ACTION.namePeer, namePeerCodec, certificates.asPeer(CERTIFICATES)),
  );
  return { market, certificates };
}

/** @throws Error unless every action was taken */
export async function expectDone(
  { ledger }: SigningLedger,
  name: string,
  ...actions: readonly Action[]
): Promise<void> {
  const codes = await ledger.run(name, ...actions);
  if (codes.some((code) => code !== 'done')) throw new Error(`${name}: ${codes.join(', ')}`);
}

export async function fund(market: SigningLedger, name: string, amount: Money): Promise<void> {
  const reference = hashOf(`deposit ${market.ledger.height} ${name}`);
  const member = market.ledger.member(name).number;
  await expectDone(
    market,
    'officer',
    action(ACTION.deposit, depositCodec, { member, amount, reference }),
  );
}

export const lockCoin = (amount: Money): Action =>
  action(ACTION.lockAsset, lockCodec, { peer: CERTIFICATES, amount, entitlement: undefined });
export const lockEntitlementOf = (entitlement: EntitlementKey): Action =>
  action(ACTION.lockAsset, lockCodec, { peer: CERTIFICATES, amount: money(0n), entitlement });
export const grantOf = (grant: Grant): Action => action(GRANT, grantCodec, grant);

/** Carries all that is final from one ledger to the other, in one transaction of the officer. */
export async function relay(from: SigningLedger, to: SigningLedger): Promise<readonly string[]> {
  const { actions } = relayActions(crypto, {
    from: from.ledger.ledger,
    note: from.note(),
    to: to.ledger.state,
    toChain: to.ledger.chain,
  });
  return actions.length === 0 ? [] : to.ledger.run('officer', ...actions);
}

/** Lets what left become final, and carries it. @throws Error unless all of it arrived */
export async function carry(from: SigningLedger, to: SigningLedger): Promise<void> {
  await from.blocks(FINALITY_BLOCKS);
  const codes = await relay(from, to);
  if (codes.length === 0 || codes.some((code) => code !== 'done')) {
    throw new Error(`carry: expected all done, got ${codes.join(', ')}`);
  }
}
