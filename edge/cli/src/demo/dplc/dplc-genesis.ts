/** How both ledgers of the case begin, and the round's rules. */

import { sha256 } from '@commonwatt/consensus';
import type { Founder, RoundRules } from '@commonwatt/contracts';
import { certificateGenesis, genesisOf, type NodeOptions } from '@commonwatt/node';
import { energy, money, power, price } from '@commonwatt/units';
import { demoSecret } from '../demo-keys.ts';
import {
  CERTIFICATE_MEMBERS,
  DISPATCH,
  FEES,
  GRID,
  MARKET_MEMBERS,
  type Party,
  ROUND,
} from './dplc-parties.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MWH = 1_000_000n;
/** Thousandths of a token per kWh, as nano-token per Wh. */
const PER_KWH = 1000n;

const MARKET_NAME = 'commonwatt/dplc';
/** The first working day of the year, 08:00 UTC. */
export const GENESIS_MS = Date.UTC(2026, 0, 5, 8);
/** So many blocks must stand behind what left a ledger before the other takes it. */
export const FINALITY_BLOCKS = 1;

const DECIDED = {
  currency: 'CNY',
  /** Admission, rounds and delivery are decided by both officers. */
  thresholds: { registrar: 2, treasurer: 1, operator: 2, checker: 2 },
  recoveryDelayMs: DAY_MS,
} as const;

function founderOf({ name, roles, keys }: Party): Founder {
  const salt = demoSecret('dplc', `record of ${name}`);
  return {
    publicKey: keys.signer.publicKey,
    agreementKey: keys.agreementPublicKey,
    kind: 'organisation',
    roles,
    recordCommitment: sha256(Buffer.concat([salt, Buffer.from(name, 'utf8')])),
    importLimitW: power(0n),
    exportLimitW: power(0n),
    creditLimit: money(0n),
  };
}

export function marketGenesis(): Uint8Array {
  const config = { ...DECIDED, name: MARKET_NAME, sealBits: 0, markets: [] };
  return genesisOf(config, MARKET_MEMBERS.map(founderOf), GENESIS_MS);
}

export function certificateOptions(): NonNullable<NodeOptions['certificates']> {
  const settings = {
    name: `${MARKET_NAME}/certificates`,
    periodMs: 365 * DAY_MS,
    finalityBlocks: FINALITY_BLOCKS,
  };
  const officers = { ...DECIDED, founders: CERTIFICATE_MEMBERS.map(founderOf) };
  return {
    genesis: certificateGenesis(settings, officers, GENESIS_MS),
    finalityBlocks: FINALITY_BLOCKS,
  };
}

export const ROUND_NUMBER = 1;
/** What the dispatch centre finds on the line to region D: less than the rules promise. */
export const LINE_REASON = 'one circuit of the line to D is under repair';
export const LINE_LIMIT = { from: 'A', to: 'D', energy: energy(30_000n * MWH) };

/** The round: two days to list, then a day of delivery. */
export function roundRules(memberOf: (party: Party) => number): RoundRules {
  const { corridors, bundling } = ROUND;
  if (bundling === undefined) throw new Error('demo: expected a bundled round');
  return {
    name: 'January, centralised',
    mode: 'listing',
    market: 0,
    form: 'open',
    deadlineMs: GENESIS_MS + 28 * HOUR_MS,
    revealMs: 0,
    checkMs: 6 * HOUR_MS,
    transferMs: 6 * HOUR_MS,
    deliveryFromMs: GENESIS_MS + 64 * HOUR_MS,
    deliveryUntilMs: GENESIS_MS + 88 * HOUR_MS,
    statementMs: 24 * HOUR_MS,
    correctionMs: 24 * HOUR_MS,
    corridors: corridors.map(({ from, to, loss, transmissionPrice }) => ({
      from,
      to,
      lossMillionths: Number(loss),
      transmissionPrice,
    })),
    limits: [{ ...LINE_LIMIT, energy: energy(50_000n * MWH) }],
    certificatePrice: price(19n * PER_KWH),
    bundlingThousandths: Number((bundling.numerator * 1000n) / bundling.denominator),
    collateralPrice: price(50n * PER_KWH),
    sealDeposit: money(0n),
    sellerDeviationPrice: price(50n * PER_KWH),
    buyerDeviationPrice: price(20n * PER_KWH),
    quotaMillionths: 100_000,
    gridMember: memberOf(GRID),
    feeMember: memberOf(FEES),
    dispatchMember: memberOf(DISPATCH),
    certificateMember: 0,
  };
}
