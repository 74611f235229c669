/** The round of the case study (Tian et al., section IV, Tables 1 to 4). */

import { createHash } from 'node:crypto';
import {
  type DirectRound,
  type Fraction,
  fraction,
  type GenerationType,
  pairLots,
} from '@commonwatt/mechanisms';
import { parseEnergy, parsePrice, price } from '@commonwatt/units';
import parameters from './parameters.json' with { type: 'json' };

export interface RoundChoice {
  /** Token per certificate. */
  readonly certificatePrice: number;
  readonly bundled: boolean;
}

export function paperRound({ certificatePrice, bundled }: RoundChoice): DirectRound {
  const { buyers, sellers, sellersRegion, corridors, bundling } = parameters;
  const tokenPrice = (text = '0') => parsePrice(text, 'EUR/kWh');
  return {
    buyers: buyers.map(({ id, region, price: limit, energyMwh, greenMwh }) => ({
      id,
      region,
      price: tokenPrice(limit),
      energy: parseEnergy(energyMwh, 'MWh'),
      greenEnergy: parseEnergy(greenMwh, 'MWh'),
    })),
    sellers: sellers.map(({ id, type, price: limit, energyMwh, ...wOf }) => ({
      id,
      region: sellersRegion,
      type: type as GenerationType,
      price: tokenPrice(limit),
      energy: parseEnergy(energyMwh, 'MWh'),
      environmentalPrice: tokenPrice(wOf.environmentalPrice),
      crossSubsidy: tokenPrice(wOf.crossSubsidy),
    })),
    corridors: corridors.map(({ from, to, lossPercent, transmissionPrice }) => ({
      from,
      to,
      // A per cent is ten thousand parts per million; as a price it has six decimals at hand.
      loss: parsePrice(lossPercent, 'EUR/kWh') / 100n,
      transmissionPrice: tokenPrice(transmissionPrice),
    })),
    limits: [],
    certificatePrice: certificatePriceOf(certificatePrice),
    bundling: bundled ? fraction(BigInt(bundling)) : undefined,
    lots: pairLots((bytes) => createHash('sha256').update(bytes).digest(), ''),
  };
}

/** Token per certificate of 1 MWh as nano-token per Wh. */
function certificatePriceOf(token: number): Fraction {
  return fraction(price(BigInt(token) * 1000n));
}
