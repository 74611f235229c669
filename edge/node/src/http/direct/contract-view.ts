/** Contracts, pairs and positions as JSON, with the transfers that a contract waits for. */

import {
  type ContractAmounts,
  type ContractEntry,
  type ContractTerms,
  commitmentOf,
  type DirectContract,
  type DirectPosition,
  type DirectRoundState,
  directRounds,
  type MatchedPair,
} from '@commonwatt/contracts';
import { type State, toHex } from '@commonwatt/ledger';
import { buyerPrice, convertedValue, fraction, MILLION, sellerPrice } from '@commonwatt/mechanisms';
import { roundedPrice } from './price-matrix.ts';

export function contractView(state: State, [{ round, contract }, one]: ContractEntry) {
  const { terms, amounts, delivered, paid, committed, released } = one;
  return {
    round,
    contract,
    terms: contractTermsView(terms),
    ...pricesView(terms),
    requested: `${one.requested}`,
    amounts: amountsView(amounts),
    buyerHeld: `${one.buyerHeld}`,
    sellerHeld: `${one.sellerHeld}`,
    status: one.status,
    reason: one.reason,
    committed: { ...committed },
    delivered:
      delivered === undefined
        ? null
        : {
            fedIn: `${delivered.fedIn}`,
            drawn: `${delivered.drawn}`,
            version: delivered.version,
            statementHash: toHex(delivered.statementHash),
          },
    released: { ...released },
    paid: paid === undefined ? null : amountsView(paid),
    certificatePosted: `${one.certificatePosted}`,
    certificateHolder: one.certificateHolder || null,
    buyerCharge: `${one.buyerCharge}`,
    sellerCharge: `${one.sellerCharge}`,
    buyerDefaults: one.buyerDefaults,
    sellerDefaults: one.sellerDefaults,
    due: dueTransfers(state.get(directRounds, round), one),
  };
}

/** TRANS() calls that the round's stage still waits for, with what each moves and until when. */
function dueTransfers(round: DirectRoundState | undefined, contract: DirectContract) {
  const stage = round?.stage;
  const isTransferring = stage === 'committing' || stage === 'paying';
  if (round === undefined || !isTransferring || contract.status !== 'open') return [];
  const made = stage === 'committing' ? contract.committed : contract.released;
  const held = { buyer: contract.buyerHeld, seller: contract.sellerHeld };
  return (['buyer', 'seller'] as const)
    .filter((side) => !made[side])
    .map((side) => {
      const amount = stage === 'committing' ? commitmentOf(round, contract, side) : held[side];
      const member = contract.terms[side];
      return { side, member, stage, amount: `${amount}`, untilMs: round.stageUntilMs };
    });
}

export function contractTermsView(terms: ContractTerms) {
  const { buyer, seller, green, type, buyerRegion, sellerRegion, lossMillionths } = terms;
  return {
    buyer,
    seller,
    green,
    type,
    buyerRegion,
    sellerRegion,
    lossMillionths,
    transmissionPrice: `${terms.transmissionPrice}`,
    buyerLimit: `${terms.buyerLimit}`,
    sellerLimit: `${terms.sellerLimit}`,
    environmentalPrice: `${terms.environmentalPrice}`,
    crossSubsidy: `${terms.crossSubsidy}`,
    certificatePrice: `${terms.certificatePrice}`,
    agreedPrice: terms.agreedPrice === undefined ? null : `${terms.agreedPrice}`,
  };
}

/** What a market agreed has no converted value: its seller gets what S and W leave, at its busbar. */
function pricesView(terms: ContractTerms) {
  const { type, lossMillionths, agreedPrice } = terms;
  if (type === 'none') throw new Error('contract: expected a seller that generates');
  const loss = BigInt(lossMillionths);
  if (agreedPrice !== undefined) {
    const { transmissionPrice, environmentalPrice, crossSubsidy } = terms;
    const left = agreedPrice - transmissionPrice - environmentalPrice - crossSubsidy;
    const sellerPrice = roundedPrice({ numerator: left * (MILLION - loss), denominator: MILLION });
    return { buyerPrice: `${agreedPrice}`, sellerPrice, convertedValue: null };
  }
  const direct = { ...terms, type, loss, certificatePrice: fraction(terms.certificatePrice) };
  return {
    buyerPrice: roundedPrice(buyerPrice(direct)),
    sellerPrice: roundedPrice(sellerPrice(direct)),
    convertedValue: roundedPrice(convertedValue(direct)),
  };
}

export function amountsView(amounts: ContractAmounts) {
  return {
    energy: `${amounts.energy}`,
    injected: `${amounts.injected}`,
    buyerPays: `${amounts.buyerPays}`,
    sellerGets: `${amounts.sellerGets}`,
    transmission: `${amounts.transmission}`,
    fees: `${amounts.fees}`,
    certificate: `${amounts.certificate}`,
  };
}

export function pairView({ terms, requested, amounts, reason }: MatchedPair) {
  return {
    terms: contractTermsView(terms),
    ...pricesView(terms),
    requested: `${requested}`,
    amounts: amountsView(amounts),
    reason,
  };
}

export function positionView(position: DirectPosition) {
  const { round, side, contracts, energy, delivered, injected, amount, charges, held } = position;
  return {
    round,
    side,
    contracts,
    energy: `${energy}`,
    delivered: `${delivered}`,
    injected: `${injected}`,
    amount: `${amount}`,
    charges: `${charges}`,
    held: `${held}`,
  };
}
