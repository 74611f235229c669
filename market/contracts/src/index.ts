export * from './action-types.ts';
export * from './authority.ts';
export * from './billing/arithmetic.ts';
export * from './billing/basis.ts';
export * from './billing/bill.ts';
export * from './billing/billing-rules.ts';
export * from './billing/cents.ts';
export { type Charge, type ChargeKind, STATEMENT_KINDS } from './billing/charges.ts';
export * from './billing/issued-bill.ts';
export * from './billing/party.ts';
export type { QualityShare } from './billing/quality.ts';
export type { Savings } from './billing/savings.ts';
export * from './billing/seal-text.ts';
export type { SlotStatement } from './billing/served-slots.ts';
export * from './billing/settled-rows.ts';
export * from './billing/statement.ts';
export type * from './billing/statement-input.ts';
export * from './billing/tariff.ts';
export type { VatCategory, VatTreatment } from './billing/vat.ts';
export { writtenText } from './billing/written-text.ts';
export * from './bridge/events.ts';
export * from './bridge/messages.ts';
export { pegOf } from './bridge/peers.ts';
export * from './bridge/prove.ts';
export * from './bridge/relay.ts';
export { noteOf, signedHeadOf } from './bridge/signed-head.ts';
export * from './bridge/state.ts';
export * from './certificates/compliance.ts';
export { entitlementOf } from './certificates/entitlements.ts';
export * from './certificates/events.ts';
export * from './certificates/messages.ts';
export { runSource } from './certificates/open-renewable.ts';
export { periodOf } from './certificates/periods.ts';
export * from './certificates/state.ts';
export { refuseNotAdmitted, refuseRoundReader } from './direct-purchase/admission.ts';
export { limitsInForce } from './direct-purchase/check.ts';
export { corridorBetween, corridorKey } from './direct-purchase/corridors.ts';
export { commitmentsFor, statementHashOf } from './direct-purchase/delivery.ts';
export { heldFor, listingCommitment } from './direct-purchase/listing.ts';
export {
  DIRECT_PURCHASE,
  listedRound,
  type MatchedPair,
  type MatchedRound,
  matchRound,
  type UnmatchedListing,
} from './direct-purchase/matching.ts';
export * from './direct-purchase/messages.ts';
export { directPurchaseModule } from './direct-purchase/module.ts';
export { contractSource } from './direct-purchase/payment.ts';
export { amountsOf } from './direct-purchase/pricing.ts';
export * from './direct-purchase/readers.ts';
export {
  admissions as directAdmissions,
  type CheckedCorridor,
  type Contract as DirectContract,
  type ContractAmounts,
  type ContractKey,
  type ContractTerms,
  contracts as directContracts,
  type DirectAdmission,
  type Listing as DirectListing,
  listings as directListings,
  listingsOfMember as directListingsOfMember,
  type Round as DirectRoundState,
  type RoundStage,
  rounds as directRounds,
  type SecurityCheckRecord,
  statementsOfRound as directStatementsOfRound,
  tokens as directTokens,
} from './direct-purchase/state.ts';
export { tokensPerCoin } from './direct-purchase/tokens.ts';
export { commitmentOf } from './direct-purchase/transfers.ts';
export { eventTypes } from './event-types.ts';
export * from './events.ts';
export * from './execution/execution.ts';
export * from './genesis-parameters.ts';
export { presentEpoch } from './governance/begin-epoch.ts';
export * from './governance/messages.ts';
export { governanceModule } from './governance/module.ts';
export { PROPOSAL_MS_MAX, proposalId } from './governance/proposals.ts';
export * from './governance/state.ts';
export { identify, refuseStanding } from './identity/identification.ts';
export { INVITE_MS_MAX } from './identity/invitation.ts';
export { DELEGABLE, mandatesOfDelegate } from './identity/mandates.ts';
export * from './identity/messages.ts';
export { identityModule } from './identity/module.ts';
export { isReadingGranted } from './identity/reading-grants.ts';
export * from './identity/state.ts';
export { consumeSequence, nextSequence, userSecurity } from './identity/user-security.ts';
export {
  bookAmounts,
  exposureOf,
} from './market/book.ts';
export { timeOf } from './market/clearing.ts';
export * from './market/limits.ts';
export { linesCallOf } from './market/lines-call.ts';
export * from './market/mechanism.ts';
export * from './market/messages.ts';
export * from './market/order-id.ts';
export { paymentOf, priceOf, worstCase } from './market/payment.ts';
export * from './market/readers.ts';
export {
  connectionEnergy,
  firstOpenSlotMs,
  gateClosesMs,
  slotsOpen,
} from './market/slots.ts';
export { energyOfSlot } from './market/standing-slots.ts';
export * from './market/state.ts';
export { COMMUNITY_ZONE, zoneOf } from './market/zones.ts';
export { feederOf } from './metering/feeder.ts';
export * from './metering/messages.ts';
export { meteringModule } from './metering/module.ts';
export {
  PARTICIPATION_FULL,
  participationAt,
  participationOf,
} from './metering/participation.ts';
export { PERIOD_MS_MAX, type Period } from './metering/period.ts';
export * from './metering/ruling.ts';
export * from './metering/state.ts';
export * from './parameters.ts';
export * from './refusals.ts';
export {
  allocate,
  exactShares,
  type MeteredSlot,
  type TradedEnergy,
} from './settlement/allocation/allocate.ts';
export * from './settlement/community-sums.ts';
export * from './settlement/delivery.ts';
export * from './settlement/deviations.ts';
export * from './settlement/differences.ts';
export { SETTLEMENT } from './settlement/judge.ts';
export * from './settlement/lines.ts';
export * from './settlement/messages.ts';
export { openTradesOf } from './settlement/open-trades.ts';
export { payableOf } from './settlement/pay-out.ts';
export * from './settlement/policy.ts';
export * from './settlement/readings.ts';
export * from './settlement/run.ts';
export * from './settlement/run-lines.ts';
export * from './settlement/salts.ts';
export * from './settlement/share-after-delivery.ts';
export * from './settlement/sharing-inputs.ts';
export * from './settlement/slot-accounts.ts';
export * from './settlement/slot-lines.ts';
export { stagesAfter, versionFor } from './settlement/stages.ts';
export * from './settlement/state.ts';
export * from './settlement/tariff.ts';
export * from './settlement/usable-readings.ts';
export type {
  LineFinding,
  LinesVerdict,
  Shortfall,
} from './settlement/verify-delivery.ts';
export * from './settlement/verify-dispute.ts';
export * from './settlement/verify-lines.ts';
export * from './wallet/accounts.ts';
export { dueOf, owing } from './wallet/dues.ts';
export * from './wallet/messages.ts';
export { walletModule } from './wallet/module.ts';
export * from './wallet/state.ts';
