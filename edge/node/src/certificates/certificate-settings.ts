/** What a ledger of certificates begins with: a market's officers, its periods, and the market as peer. */

import {
  type Founder,
  type GenesisParameters,
  genesisParametersCodec,
} from '@commonwatt/contracts';
import { encode, encodeGenesis } from '@commonwatt/ledger';
import type { Fields } from '../config-fields.ts';
import type { LedgerIdentity } from './certificate-ledger.ts';

const DAY_MS = 86_400_000;
/** The number of the market among the peers of its ledger of certificates. */
const MARKET_PEER = 1;

/** How the ledger of certificates is kept. All but the name counts when it begins. */
export interface CertificateSettings {
  /** The origin line of its checkpoints. */
  readonly name: string;
  /** Duties are counted by periods of this length; the first begins with the year it begins in. */
  readonly periodMs: number;
  /** How many blocks must stand behind what left either ledger before the other takes it. */
  readonly finalityBlocks: number;
}

/** @param market the name of the market's ledger */
export function readCertificates(fields: Fields, market: string): CertificateSettings {
  const fallback = `${market}/certificates`;
  const name = fields.text('name', { fallback, lengthMax: 100 });
  if (name === market) fields.fail('name', "another name than the market's", `'${name}'`);
  return {
    name,
    periodMs: fields.whole('periodDays', { least: 1, most: 3660, fallback: 365 }) * DAY_MS,
    finalityBlocks: fields.whole('finalityBlocks', { least: 0, most: 1000, fallback: 0 }),
  };
}

/** Who decides on it, as on the market. */
export interface CertificateOfficers {
  readonly currency: string;
  readonly founders: readonly Founder[];
  readonly thresholds: Readonly<Record<'registrar' | 'treasurer' | 'operator' | 'checker', number>>;
  readonly recoveryDelayMs: number;
}

/** The genesis document of a ledger of certificates beside a market's. */
export function certificateGenesis(
  { name, periodMs, finalityBlocks }: CertificateSettings,
  { currency, founders, thresholds, recoveryDelayMs }: CertificateOfficers,
  timeMs: number,
): (market: LedgerIdentity) => Uint8Array {
  return (market) => {
    const parameters: GenesisParameters = {
      currency,
      founders,
      registrarThreshold: thresholds.registrar,
      treasurerThreshold: thresholds.treasurer,
      operatorThreshold: thresholds.operator,
      checkerThreshold: thresholds.checker,
      recoveryDelayMs,
      markets: [],
      certificateLedger: { periodOriginMs: beginOfYear(timeMs), periodLengthMs: periodMs },
      peers: [{ peer: MARKET_PEER, ...market, finalityBlocks }],
    };
    return encodeGenesis({
      name,
      timeMs,
      executionVersion: 1,
      sealBits: 0,
      checkpointBlocks: 1,
      parameters: encode(genesisParametersCodec, parameters),
    });
  };
}

function beginOfYear(timeMs: number): number {
  return Date.UTC(new Date(timeMs).getUTCFullYear(), 0, 1);
}
