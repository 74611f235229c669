/** Rounds and listings as JSON. */

import {
  type DirectAdmission,
  type DirectListing,
  type DirectRoundState,
  directContractsOfRound,
  directListingsOf,
  directStatementsOfRound,
  limitsInForce,
  neededVoices,
} from '@commonwatt/contracts';
import { type State, toHex } from '@commonwatt/ledger';

type Rules = DirectRoundState['rules'];
type Limit = Rules['limits'][number];

export function summaryView(state: State, number: number, round: DirectRoundState) {
  const { rules, stage, contracts } = round;
  const { name, mode, form, deadlineMs, deliveryFromMs, deliveryUntilMs } = rules;
  return {
    round: number,
    name,
    mode,
    form,
    stage,
    stageUntilMs: round.stageUntilMs || null,
    deadlineMs,
    deliveryFromMs,
    deliveryUntilMs,
    listings: directListingsOf(state, number).length,
    contracts,
  };
}

export function roundView(state: State, number: number, round: DirectRoundState) {
  const { rules, stage, seed, rulesVersion, check } = round;
  const limits = check === undefined ? limitsInForce(rules, []) : round.limits;
  return {
    round: number,
    stage,
    stageUntilMs: round.stageUntilMs || null,
    rules: rulesView(rules),
    seed: seed === undefined ? null : toHex(seed),
    rulesVersion,
    limits: limits.map(limitView),
    check: check === undefined ? null : checkView(check),
    listings: listingCounts(state, number),
    ...contractCounts(state, number),
    statements: statementViews(state, number),
  };
}

function rulesView(rules: Rules) {
  return {
    ...rules,
    corridors: rules.corridors.map(({ transmissionPrice, ...one }) => {
      return { ...one, transmissionPrice: `${transmissionPrice}` };
    }),
    limits: rules.limits.map(limitView),
    certificatePrice: `${rules.certificatePrice}`,
    bundlingThousandths: rules.bundlingThousandths ?? null,
    collateralPrice: `${rules.collateralPrice}`,
    sealDeposit: `${rules.sealDeposit}`,
    sellerDeviationPrice: `${rules.sellerDeviationPrice}`,
    buyerDeviationPrice: `${rules.buyerDeviationPrice}`,
    certificateMember: rules.certificateMember || null,
  };
}

const limitView = ({ from, to, energy }: Limit) => ({ from, to, energy: `${energy}` });

function checkView(check: NonNullable<DirectRoundState['check']>) {
  const { checkedBy, reason, rounds, corridors } = check;
  return {
    checkedBy: checkedBy || null,
    reason,
    rounds,
    corridors: corridors.map(({ from, to, limit, requested, granted, binding }) => ({
      from,
      to,
      limit: `${limit}`,
      requested: `${requested}`,
      granted: `${granted}`,
      binding,
    })),
  };
}

function listingCounts(state: State, number: number) {
  const counts = { buyers: 0, sellers: 0, sealed: 0 };
  for (const [, { terms, commitment }] of directListingsOf(state, number)) {
    if (terms !== undefined) counts[terms.side === 'buyer' ? 'buyers' : 'sellers'] += 1;
    else if (commitment !== undefined) counts.sealed += 1;
  }
  return counts;
}

function contractCounts(state: State, number: number) {
  const contracts = { open: 0, paid: 0, cancelled: 0 };
  const awaited = { committed: 0, stated: 0, released: 0 };
  const missing = (made: { readonly buyer: boolean; readonly seller: boolean }) =>
    (made.buyer ? 0 : 1) + (made.seller ? 0 : 1);
  for (const [, one] of directContractsOfRound(state, number)) {
    contracts[one.status] += 1;
    if (one.status !== 'open') continue;
    awaited.committed += missing(one.committed);
    awaited.stated += one.delivered === undefined ? 1 : 0;
    awaited.released += missing(one.released);
  }
  return { contracts, awaited };
}

function statementViews(state: State, number: number) {
  const needed = neededVoices(state, 'checker');
  const open = state.group(directStatementsOfRound, `${number}`);
  return open.map(([key, { statement, signedBy }]) => ({
    statementHash: toHex(key.statementHash),
    version: statement.version,
    contracts: statement.deliveries.length,
    signedBy: [...signedBy],
    needed,
  }));
}

/** @param shown which of it the reader sees: its terms, and what it holds */
export function listingView(
  member: number,
  { terms, commitment, held, listedMs }: DirectListing,
  shown: { readonly terms: boolean; readonly held: boolean },
) {
  return {
    member,
    sealed: commitment !== undefined,
    terms: terms === undefined || !shown.terms ? null : termsView(terms),
    held: shown.held ? `${held}` : null,
    listedMs,
  };
}

export function termsView(terms: NonNullable<DirectListing['terms']>) {
  const { side, type, region } = terms;
  return {
    side,
    type,
    region,
    price: `${terms.price}`,
    energy: `${terms.energyWh}`,
    greenEnergy: `${terms.greenEnergyWh}`,
    environmentalPrice: `${terms.environmentalPrice}`,
    crossSubsidy: `${terms.crossSubsidy}`,
  };
}

export function admissionView(admission: DirectAdmission) {
  const { papersCommitment, address, energyMost, valueMost, ...plain } = admission;
  return {
    ...plain,
    papersCommitment: toHex(papersCommitment),
    address: toHex(address),
    energyMost: `${energyMost}`,
    valueMost: `${valueMost}`,
  };
}
