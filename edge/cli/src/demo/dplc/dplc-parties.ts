/**
 * Who takes part: the trading centre and its regulator, the companies, and the large consumers and
 * generators of Tian et al., Tables 1 to 4. All have one key each on both ledgers.
 */

import type { ListingTerms } from '@commonwatt/contracts';
import { ROLE } from '@commonwatt/contracts';
import { paperRound } from '@commonwatt/experiments';
import { OFFICER_ROLES } from '@commonwatt/node';
import { price } from '@commonwatt/units';
import { type DemoKeys, demoKeys } from '../demo-keys.ts';

const SEED = 'dplc';
/** Token per certificate of 1 MWh, in the paper's text. */
const CERTIFICATE_TOKEN = 19;

export const ROUND = paperRound({ certificatePrice: CERTIFICATE_TOKEN, bundled: true });

export interface Party {
  readonly name: string;
  readonly roles: number;
  readonly keys: DemoKeys;
}

function party(name: string, roles: number): Party {
  return { name, roles, keys: demoKeys(SEED, name) };
}

/** Two officers of every role: what needs a decision needs both. */
export const CENTRE = party('trading centre', OFFICER_ROLES);
export const REGULATOR = party('regulator', OFFICER_ROLES);
export const GRID = party('grid company', ROLE.consumer);
export const FEES = party('environmental fund', ROLE.consumer);
export const DISPATCH = party('dispatch centre', ROLE.consumer);
/** Nobody admitted it. */
export const STRANGER = party('stranger', ROLE.consumer);

/** A large consumer or a generator, and what it declares. */
export interface Trader extends Party {
  readonly terms: ListingTerms;
}

/** In the paper's order: B1, B2, C, D; then W1 to W4 and H1 to H4. */
export const BUYERS: readonly Trader[] = ROUND.buyers.map((buyer) => ({
  ...party(buyer.id, ROLE.consumer),
  terms: {
    side: 'buyer',
    type: 'none',
    region: buyer.region,
    price: buyer.price,
    energyWh: buyer.energy,
    greenEnergyWh: buyer.greenEnergy,
    environmentalPrice: price(0n),
    crossSubsidy: price(0n),
  },
}));
export const SELLERS: readonly Trader[] = ROUND.sellers.map((seller) => ({
  ...party(seller.id, ROLE.producer),
  terms: {
    side: 'seller',
    type: seller.type,
    region: seller.region,
    price: seller.price,
    energyWh: seller.energy,
    greenEnergyWh: 0n,
    environmentalPrice: seller.environmentalPrice,
    crossSubsidy: seller.crossSubsidy,
  },
}));
export const TRADERS: readonly Trader[] = [...BUYERS, ...SELLERS];

export const OFFICERS: readonly Party[] = [CENTRE, REGULATOR];
const COMPANIES: readonly Party[] = [GRID, FEES, DISPATCH];
/** In the order of their numbers on the market's ledger, from 1. */
export const MARKET_MEMBERS: readonly Party[] = [...OFFICERS, ...COMPANIES, STRANGER, ...TRADERS];
/** On the ledger of certificates: fewer, and under other numbers. */
export const CERTIFICATE_MEMBERS: readonly Party[] = [...OFFICERS, ...SELLERS, ...BUYERS];

/** @throws Error for a name that nobody has */
export function traderOf(name: string): Trader {
  const found = TRADERS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`demo: expected a trader, got ${name}`);
  return found;
}
