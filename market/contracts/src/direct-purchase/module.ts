/** Direct purchase by large consumers. Its specification is the README beside this file. */

import type { ContractModule } from '../execution/module.ts';
import { applyAdmission, reviewAdmission } from './admission.ts';
import { checkRound } from './check.ts';
import { signDelivery, stateDelivery } from './delivery.ts';
import { exchangeTokens, redeemTokens, setExchange } from './exchange.ts';
import { checkHolds, checkRounds } from './invariants.ts';
import { listEnergy, revealListing, sealListing, withdrawListing } from './listing.ts';
import { cancelRound, openRound } from './rounds.ts';
import { beginRounds, roundsDueMs } from './stages.ts';
import {
  admissions,
  awaited,
  contracts,
  contractsOfBuyer,
  contractsOfRound,
  contractsOfSeller,
  exchange,
  listings,
  listingsOfMember,
  listingsOfRound,
  rounds,
  statements,
  statementsOfRound,
  takenOfRound,
  takenTrades,
  tokens,
  tokensHeldBack,
} from './state.ts';
import { checkTokens } from './tokens.ts';
import { transferStage } from './transfers.ts';

export const directPurchaseModule: ContractModule = {
  name: 'direct-purchase',
  tables: [tokens, admissions, rounds, listings, contracts, statements, exchange, takenTrades],
  groupings: [
    listingsOfRound,
    listingsOfMember,
    contractsOfRound,
    contractsOfBuyer,
    contractsOfSeller,
    statementsOfRound,
    takenOfRound,
  ],
  tallies: [tokensHeldBack, awaited],
  actions: [
    setExchange,
    applyAdmission,
    reviewAdmission,
    exchangeTokens,
    redeemTokens,
    openRound,
    cancelRound,
    listEnergy,
    sealListing,
    revealListing,
    withdrawListing,
    checkRound,
    transferStage,
    stateDelivery,
    signDelivery,
  ],
  begin: beginRounds,
  nextDueMs: roundsDueMs,
  checkInvariants(state) {
    checkTokens(state);
    checkHolds(state);
    checkRounds(state);
  },
};
