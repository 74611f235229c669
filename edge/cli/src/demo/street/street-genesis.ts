/** How the demonstration's community begins: one officer, one call auction, nobody else yet. */

import { sha256 } from '@commonwatt/consensus';
import {
  type DefineMarket,
  type GenesisParameters,
  genesisParametersCodec,
  ROLE,
} from '@commonwatt/contracts';
import { encode, encodeGenesis } from '@commonwatt/ledger';
import type { Street } from '@commonwatt/simulator';
import { money, power, price, QUARTER_HOUR_MS } from '@commonwatt/units';
import { type DemoKeys, demoSecret } from '../demo-keys.ts';

export const STREET_MARKET = 1;
export const STREET_GATE_LEAD_MS = 5 * 60_000;
const HOUR_MS = 3_600_000;
const CENT_PER_KWH = 10_000n;

/** The auction that rules the street's market, and what it is told. */
export type StreetRule = Pick<DefineMarket, 'mechanism' | 'settings'>;

interface Beginning {
  readonly officer: DemoKeys;
  readonly seed: string;
  readonly genesisMs: number;
  readonly rule?: StreetRule;
}

export function streetGenesis(
  street: Street,
  { officer, seed, genesisMs, rule = { mechanism: 'uniform' } }: Beginning,
): Uint8Array {
  const { registrar, treasurer, operator, provider, checker, auditor } = ROLE;
  const parameters: GenesisParameters = {
    currency: 'EUR',
    founders: [
      {
        publicKey: officer.signer.publicKey,
        agreementKey: officer.agreementPublicKey,
        kind: 'organisation',
        roles: registrar | treasurer | operator | provider | checker | auditor,
        recordCommitment: recordCommitment(seed, 'officer'),
        importLimitW: power(0n),
        exportLimitW: power(0n),
        creditLimit: money(0n),
      },
    ],
    registrarThreshold: 1,
    treasurerThreshold: 1,
    operatorThreshold: 1,
    checkerThreshold: 1,
    recoveryDelayMs: 24 * HOUR_MS,
    markets: [
      {
        market: STREET_MARKET,
        name: street.zone,
        kind: 'call auction',
        slotLengthMs: QUARTER_HOUR_MS,
        gateLeadMs: STREET_GATE_LEAD_MS,
        horizonMs: 48 * HOUR_MS,
        priceLeast: price(-50n * CENT_PER_KWH),
        priceMost: price(100n * CENT_PER_KWH),
        kThousandths: 500,
        ...rule,
        roundsMax: 1,
      },
    ],
  };
  return encodeGenesis({
    name: `commonwatt/${street.zone}`,
    timeMs: genesisMs,
    executionVersion: 1,
    sealBits: 0,
    checkpointBlocks: 1,
    parameters: encode(genesisParametersCodec, parameters),
  });
}

/** A salted commitment to a record that is nothing but the name. */
export function recordCommitment(seed: string, name: string): Uint8Array {
  const salt = demoSecret(seed, `record of ${name}`);
  return sha256(Buffer.concat([salt, Buffer.from(name, 'utf8')]));
}
