/**
 * Matching of a round by converted value, green demand first, then the security check and the
 * bundling of wind with thermal generation (Tian et al., sections III.C, III.D and IV).
 */

import type { Energy } from '@commonwatt/units';
import type { Fraction } from '../price-rule.ts';
import { bundle } from './bundling.ts';
import type { EnergyForm } from './energy-form.ts';
import { exactEnergy } from './exact-energy.ts';
import type { CheckedLimit, DirectMatching } from './matching.ts';
import { mayTrade, pairGroups } from './pair-groups.ts';
import { tradePhase } from './phase.ts';
import type { DirectRound } from './round.ts';
import { checkFlows, corridorName } from './security-check.ts';
import { TradeBook } from './trade-book.ts';
import { type Acceptance, unmatchedOf } from './unmatched.ts';
import { wholeEnergy } from './whole-energy.ts';

/** In exact fractions of a Wh, for a what-if. The round has passed `refuseDirectRound`. */
export function matchExactly(round: DirectRound): DirectMatching<Fraction> {
  return matchAsStated(round, exactEnergy);
}

/** In whole Wh as the ledger keeps them. The round has passed `refuseDirectRound`. */
export function matchInWholeWattHours(round: DirectRound): DirectMatching<Energy> {
  return matchAsStated(round, wholeEnergy);
}

function matchAsStated<Quantity>(
  round: DirectRound,
  form: EnergyForm<Quantity>,
): DirectMatching<Quantity> {
  const groups = pairGroups(round);
  const book = new TradeBook(round, form);
  // Wind that may not trade without its certificates may not trade with them either: df >= 0 holds
  // for both, so one phase tells what may trade at all.
  const mayPair: Acceptance = (group, buyer, seller) =>
    mayTrade(group, round, { buyer, seller, green: false });
  return matchChecked(book, { groups, mayPair }, () => {
    tradePhase(book, groups, true);
    tradePhase(book, groups, false);
  });
}

/**
 * Matches, checks and closes corridors in turns. Each turn but the last closes at least one limited
 * corridor, so there is at most one for each of them and one more.
 */
export function matchChecked<Quantity>(
  book: TradeBook<Quantity>,
  reading: { readonly groups: ReturnType<typeof pairGroups>; readonly mayPair: Acceptance },
  match: () => void,
): DirectMatching<Quantity> {
  let limits: readonly CheckedLimit<Quantity>[] = [];
  let rounds = 0;
  let closes = true;
  while (closes) {
    match();
    rounds++;
    const checked = closeOverLimit(book);
    closes = checked.some(({ binding }) => binding);
    limits = checked.map((now, at) => joined(book.form, now, limits[at]));
  }
  const bundled = bundle(book);
  const { buyers, sellers } = book.round;
  return {
    pairs: book.pairs().map(({ buyer, seller, green, energy, injected, cut }) => ({
      buyer: buyers[buyer]?.id ?? '',
      seller: sellers[seller]?.id ?? '',
      green,
      energy,
      injected,
      cut,
    })),
    unmatched: unmatchedOf(book, reading, bundled),
    limits,
    rounds,
  };
}

/** Scales what goes beyond a limit, and closes the corridors that it goes over. */
function closeOverLimit<Quantity>(book: TradeBook<Quantity>): readonly CheckedLimit<Quantity>[] {
  const { form, round } = book;
  const { corridors, limits, buyers, sellers, lots } = round;
  if (limits.length === 0) return [];
  const limited = new Set(limits.map(corridorName));
  const pairs = book
    .pairs()
    .filter(({ corridor }) => limited.has(corridorName(corridors[corridor] as EndsOf)));
  const flows = pairs.map(({ buyer, seller, corridor, green, energy }) => ({
    ...(corridors[corridor] as EndsOf),
    energy,
    // One pair of both phases has one lot: its green part comes first.
    lot: `${lots(buyers[buyer]?.id ?? '', sellers[seller]?.id ?? '')}${green ? 0 : 1}`,
  }));
  const check = checkFlows(form, flows, limits);
  for (const [at, pair] of pairs.entries()) {
    const energy = check.energies[at] as Quantity;
    const cut = form.minus(pair.energy, energy);
    if (!book.isSome(cut)) continue;
    pair.cut = form.plus(pair.cut, cut);
    book.lower(pair, energy);
  }
  const over = new Set(check.limits.filter(({ binding }) => binding).map(corridorName));
  for (const [at, corridor] of corridors.entries()) {
    if (over.has(corridorName(corridor))) book.closed.add(at);
  }
  return check.limits;
}

type EndsOf = { readonly from: string; readonly to: string };

/** What a limit came to over all turns so far: the most that was asked of it, what it has now. */
function joined<Quantity>(
  form: EnergyForm<Quantity>,
  now: CheckedLimit<Quantity>,
  before: CheckedLimit<Quantity> | undefined,
): CheckedLimit<Quantity> {
  if (before === undefined) return now;
  const most = form.compare(now.requested, before.requested) > 0 ? now : before;
  return { ...now, requested: most.requested, binding: now.binding || before.binding };
}
