/** The mechanisms that know a network, one line each. */

import type { Mechanism } from '../mechanism.ts';
import { locationalMarginalPrice } from './locational-marginal-price.ts';
import { microgridExchange } from './microgrid-exchange.ts';
import { socialWelfare } from './social-welfare.ts';
import { zonal } from './zonal.ts';

export const NETWORK_MECHANISMS: readonly Mechanism[] = [
  zonal,
  locationalMarginalPrice,
  socialWelfare,
  microgridExchange,
];
