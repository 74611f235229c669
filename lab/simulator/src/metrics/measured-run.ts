/**
 * A run as the metrics read it: every RunResult is one. What is optional makes further metrics possible, or lets
 * them be told day by day.
 */

import type { MemberResult, RunResult, SlotResult } from '../study/results.ts';

export interface MeasuredSlot extends SlotResult {
  /** Bills of all members for this slot, in nano-EUR; over the run they sum to the members' own. */
  readonly bill?: number;
  readonly supplierOnlyBill?: number;
  readonly staticSharingBill?: number;
}

export interface MeasuredMember extends MemberResult {
  /** The part of `gain` that came from buying; the rest came from selling. */
  readonly buyerGain?: number;
  /** What the Shapley value gives the member of the community's saving: `ShapleySplit`. */
  readonly shapleySaving?: number;
}

export interface MeasuredRun extends RunResult {
  readonly slots: readonly MeasuredSlot[];
  readonly members: readonly MeasuredMember[];
}
