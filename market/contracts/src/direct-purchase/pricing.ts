/**
 * What an energy of a contract comes to, from the parts of its price alone: at the matching, at the
 * security check and again for what was delivered. The prices are the mechanism's.
 */

import { type DirectTerms, directAmounts, fraction } from '@commonwatt/mechanisms';
import { divideHalfEven, type Energy, energy } from '@commonwatt/units';
import type { ContractAmounts, ContractTerms } from './state.ts';

/** The amounts of an energy at the buyer's meter. */
export function amountsOf(terms: ContractTerms, delivered: Energy): ContractAmounts {
  return directAmounts(mechanismTerms(terms), delivered, terms.agreedPrice);
}

function mechanismTerms(terms: ContractTerms): DirectTerms {
  const { type, lossMillionths, certificatePrice } = terms;
  if (type === 'none') throw new Error('contract: expected a seller that generates');
  return {
    ...terms,
    type,
    loss: BigInt(lossMillionths),
    certificatePrice: fraction(certificatePrice),
  };
}

/** What a thermal producer owes certificates for, of what it injected: 0.2, rounded half-even. */
export function obligationEnergy(injected: bigint): Energy {
  return energy(divideHalfEven(injected, 5n));
}
