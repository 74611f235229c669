/**
 * Every refusal code with its number in receipts. Numbers are never changed or used again: a new
 * code goes to the end. The kernel's own codes stand first.
 */

const CODES = [
  'malformed',
  'action_unknown',
  'batch_refused',
  'wrong_chain',
  'expired',
  'not_yet_valid',
  'bad_signature',
  // identity
  'wrong_user',
  'key_unacceptable',
  'key_known',
  'key_ended',
  'member_unknown',
  'member_revoked',
  'member_not_active',
  'sequence_wrong',
  'lane_unknown',
  'lane_known',
  'lanes_exhausted',
  'window_too_long',
  'role_missing',
  'roles_invalid',
  'possession_missing',
  'invite_unknown',
  'invite_expired',
  'invite_known',
  'recovery_unknown',
  'mandate_unknown',
  'mandate_expired',
  'mandate_lacks_action',
  'mandate_too_many',
  'height_past',
  'instant_past',
  // governance
  'needs_decision',
  'proposal_unknown',
  'proposal_expired',
  'proposal_approved_already',
  'action_not_votable',
  'rules_version_invalid',
  // wallet
  'amount_not_positive',
  'amount_too_large',
  'balance_insufficient',
  'reference_used',
  'limit_negative',
  'transfer_to_self',
  // market
  'market_unknown',
  'market_known',
  'market_halted',
  'market_rules_invalid',
  'mechanism_unknown',
  'slot_invalid',
  'gate_closed',
  'slot_too_far',
  'energy_not_positive',
  'price_outside_collar',
  'connection_exceeded',
  'limit_missing',
  'order_unknown',
  'order_not_yours',
  'order_energy_exceeded',
  'own_order',
  'side_wrong',
  'wrong_market_kind',
  'negotiation_unknown',
  'not_your_turn',
  'not_your_negotiation',
  'rounds_exhausted',
  'terms_changed',
  'profile_invalid',
  'standing_unknown',
  'orders_too_many',
  // metering
  'meter_unknown',
  'meter_retired',
  'not_the_meter',
  'period_invalid',
  'period_settled',
  'period_not_over',
  // settlement
  'run_known',
  'run_unknown',
  'run_signed_already',
  'readings_root_wrong',
  'slot_totals_wrong',
  'postings_unordered',
  'not_conserved',
  'escrow_exceeded',
  'posting_without_trade',
  'dispute_known',
  // identity and governance, further
  'members_too_many',
  'invites_too_many',
  'recovery_known',
  'recoveries_too_many',
  'delegate_invalid',
  'action_not_delegable',
  'scopes_invalid',
  'grant_unknown',
  'grants_too_many',
  'instant_too_far',
  'holders_too_few',
  'proposals_too_many',
  // metering and settlement, further
  'roots_unordered',
  'versions_exhausted',
  'meters_too_many',
  'posting_missing',
  'claim_exceeded',
  'runs_too_many',
  // governance, further
  'epoch_invalid',
  // settlement, further
  'stage_wrong',
  'nothing_to_adjust',
  'charges_wrong',
  'charge_exceeded',
  'policy_invalid',
  'tariff_invalid',
  'dispute_unknown',
  'trade_not_disputable',
  // metering, further
  'meter_revoked',
  'meter_invalid',
  'participation_invalid',
  'participations_too_many',
  // two kinds of ledger
  'wrong_ledger',
  'coin_pegged',
  // certificates
  'opening_wrong',
  'entitlement_unknown',
  'entitlement_not_yours',
  'entitlement_locked',
  'entitlement_stale',
  'source_claimed',
  'energy_too_large',
  'range_unknown',
  'range_not_yours',
  'range_not_live',
  'range_exceeded',
  'ranges_too_many',
  'price_invalid',
  'duty_exceeded',
  'quota_open',
  'debt_exceeded',
  // bridge
  'peer_unknown',
  'peer_known',
  'peer_invalid',
  'peer_stopped',
  'checkpoint_invalid',
  'checkpoint_behind',
  'checkpoint_not_extending',
  'head_unknown',
  'fork_unproven',
  'proof_of_other_chain',
  'proof_invalid',
  'not_final',
  'asset_wrong',
  'crossing_claimed',
  'peg_exceeded',
] as const;

export type RefusalCode = (typeof CODES)[number];

/** The refusals of the contracts: the code and the facts. */
export interface ContractRefusal {
  readonly code: RefusalCode;
  readonly [fact: string]: unknown;
}

/** Code to number, 1 and up. */
export const refusalNumbers: ReadonlyMap<string, number> = new Map(
  CODES.map((code, at) => [code, at + 1]),
);

/** The code behind a number in a receipt; nothing for 0, which means done. */
export function refusalCode(number: number): RefusalCode | undefined {
  return CODES[number - 1];
}

export const refusalCodes: readonly RefusalCode[] = CODES;
