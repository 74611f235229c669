/** What the case study begins with: its parties' keys, the one market, the genesis document. */

import { sha256 } from '@commonwatt/consensus';
import {
  DEFAULT_ROLES,
  type DefineMarket,
  type Enrol,
  type GenesisParameters,
  genesisParametersCodec,
  ROLE,
} from '@commonwatt/contracts';
import { encode, encodeGenesis, possessionBytes } from '@commonwatt/ledger';
import { SETM_PARTIES, type SetmParty } from '@commonwatt/simulator';
import { type Money, money, type Power, power, price, QUARTER_HOUR_MS } from '@commonwatt/units';
import { type DemoKeys, demoKeys, demoSecret } from '../demo-keys.ts';

const SEED = 'setm';
export const SETM_NAME = 'commonwatt/setm';
/** The day the paper appeared, 3 February 2021, 10:00 UTC. */
export const SETM_GENESIS_MS = Date.UTC(2021, 1, 3, 10);
export const SETM_SLOT_MS = SETM_GENESIS_MS + 4 * QUARTER_HOUR_MS;
export const SETM_SEAL_BITS = 12;
export const SETM_MARKET = 1;
/** Rounds of the concession rule. Each may take two moves on the ledger. */
export const SETM_ROUNDS = 7;

const EUR_PER_MWH = 1000n;

const MARKET: DefineMarket = {
  market: SETM_MARKET,
  name: 'SETM',
  kind: 'negotiated',
  slotLengthMs: QUARTER_HOUR_MS,
  gateLeadMs: 5 * 60_000,
  horizonMs: 24 * 3_600_000,
  priceLeast: price(0n),
  priceMost: price(100n * EUR_PER_MWH),
  kThousandths: 500,
  mechanism: 'negotiation',
  roundsMax: 2 * SETM_ROUNDS,
};

const NO_POWER: Power = power(0n);
/** So that a consumer can order before its first bill. Ours: the paper names no amounts. */
export const SETM_CREDIT: Money = money(10_000_000_000n);

/** One of the seven, with its keys and the number it will have as a member. */
export interface EnrolledParty {
  readonly party: SetmParty;
  readonly keys: DemoKeys;
  readonly member: number;
  /** From which the salts of its commitments grow. */
  readonly secret: Uint8Array;
}

/** The MiM agent: the operator, which is member 1. */
export function setmAgent(): DemoKeys {
  return demoKeys(SEED, 'MiM agent');
}

/** In the order of Table 1, members 2 to 8. */
export function setmParties(): readonly EnrolledParty[] {
  return SETM_PARTIES.map((party, at) => ({
    party,
    keys: demoKeys(SEED, party.name),
    member: at + 2,
    secret: demoSecret(SEED, `salts of ${party.name}`),
  }));
}

export function setmGenesis(agent: DemoKeys): Uint8Array {
  const parameters: GenesisParameters = {
    currency: 'EUR',
    founders: [
      {
        publicKey: agent.signer.publicKey,
        agreementKey: agent.agreementPublicKey,
        kind: 'organisation',
        roles:
          ROLE.registrar |
          ROLE.treasurer |
          ROLE.operator |
          ROLE.provider |
          ROLE.checker |
          ROLE.auditor,
        recordCommitment: commitmentTo('MiM agent'),
        importLimitW: NO_POWER,
        exportLimitW: NO_POWER,
        creditLimit: money(0n),
      },
    ],
    registrarThreshold: 1,
    treasurerThreshold: 1,
    operatorThreshold: 1,
    checkerThreshold: 1,
    recoveryDelayMs: 24 * 3_600_000,
    markets: [MARKET],
  };
  return encodeGenesis({
    name: SETM_NAME,
    timeMs: SETM_GENESIS_MS,
    executionVersion: 1,
    sealBits: SETM_SEAL_BITS,
    checkpointBlocks: 1,
    parameters: encode(genesisParametersCodec, parameters),
  });
}

/** The admission of a party, with the party's own proof that it holds the key. */
export function enrolmentOf({ party, keys }: EnrolledParty, chain: Uint8Array): Enrol {
  const { publicKey } = keys.signer;
  return {
    publicKey,
    agreementKey: keys.agreementPublicKey,
    kind: party.kind,
    roles: DEFAULT_ROLES[party.kind],
    recordCommitment: commitmentTo(party.name),
    importLimitW: party.role === 'consumer' ? party.powerW : NO_POWER,
    exportLimitW: party.role === 'producer' ? party.powerW : NO_POWER,
    creditLimit: party.role === 'consumer' ? SETM_CREDIT : money(0n),
    activeFromHeight: 0,
    possession: keys.signer.sign(
      possessionBytes(chain, 'enrol', publicKey, keys.agreementPublicKey),
    ),
  };
}

/** A salted commitment to a record that is nothing but the name. */
function commitmentTo(name: string): Uint8Array {
  const salt = demoSecret(SEED, `record of ${name}`);
  return sha256(Buffer.concat([salt, Buffer.from(name, 'utf8')]));
}
