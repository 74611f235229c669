/** How the ledger of a study begins: an officer, the members of the scenario, one market. */

import {
  genesisParametersCodec,
  type NetworkLine,
  PRICE_MAGNITUDE_MAX,
  ROLE,
  type RuleSetting,
} from '@commonwatt/contracts';
import { encode, encodeGenesis } from '@commonwatt/ledger';
import { money, power, price } from '@commonwatt/units';
import { founder } from '../community/simulated-community.ts';
import type { World } from './world.ts';

export const STUDY_MARKET = 1;
/** Wide enough for every member of every study. */
export const STUDY_CONNECTION_W = power(1_000_000_000n);
/** The credit that lets every order be held back: money is no limit of a study. */
const CREDIT = money(10n ** 21n);
const UNLIMITED = {
  importLimitW: STUDY_CONNECTION_W,
  exportLimitW: STUDY_CONNECTION_W,
  creditLimit: CREDIT,
};
export const LEDGER_MEMBERS_MAX = 999;

export interface LedgerMarket {
  readonly mechanism: string;
  readonly kThousandths: number;
  readonly settings: readonly RuleSetting[];
  readonly network: readonly NetworkLine[] | undefined;
}

export interface GenesisPlan {
  readonly world: World;
  readonly market: LedgerMarket;
  readonly name: string;
  readonly timeMs: number;
  readonly leadMs: number;
}

/** @throws RangeError for more members than a ledger can begin with */
export function studyGenesis({ world, market, name, timeMs, leadMs }: GenesisPlan): Uint8Array {
  if (world.members.length > LEDGER_MEMBERS_MAX) {
    const got = world.members.length;
    throw new RangeError(`ledger: expected at most ${LEDGER_MEMBERS_MAX} members, got ${got}`);
  }
  const offices =
    ROLE.registrar | ROLE.treasurer | ROLE.operator | ROLE.provider | ROLE.checker | ROLE.auditor;
  return encodeGenesis({
    name,
    timeMs,
    executionVersion: 1,
    sealBits: 0,
    checkpointBlocks: 96,
    parameters: encode(genesisParametersCodec, {
      currency: 'EUR',
      founders: [
        founder('officer', { ...UNLIMITED, kind: 'organisation', roles: offices }),
        ...world.members.map(({ name: own }) => founder(`member ${own}`, UNLIMITED)),
      ],
      registrarThreshold: 1,
      treasurerThreshold: 1,
      operatorThreshold: 1,
      checkerThreshold: 1,
      recoveryDelayMs: 86_400_000,
      markets: [
        {
          market: STUDY_MARKET,
          name: 'study',
          kind: 'call auction',
          slotLengthMs: world.slotMs,
          gateLeadMs: leadMs,
          horizonMs: 86_400_000,
          priceLeast: price(-PRICE_MAGNITUDE_MAX),
          priceMost: PRICE_MAGNITUDE_MAX,
          roundsMax: 0,
          ...market,
        },
      ],
    }),
  });
}
