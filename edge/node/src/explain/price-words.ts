/** Why a slot has its price, in one sentence, made from the public lines of its clearing alone. */

import { type Cleared, callMechanism, linesCallOf, settingsOf } from '@commonwatt/contracts';
import {
  type Bound,
  type Collar,
  clearLines,
  clearLinesBy,
  type Explanation,
  explain,
  type PriceRule,
  type ZonalDetails,
} from '@commonwatt/mechanisms';
import { PRICE_MAX, type Price, parsePrice, price } from '@commonwatt/units';
import { hasTwoPrices, pricesWords, type Terms } from './trade-words.ts';
import { energyWords, priceWords } from './wording.ts';

/** @param trades the slot’s, which say what a rule of several prices came to. */
export function whyThisPrice(cleared: Cleared, trades: readonly Terms[]): string {
  return cleared.mechanism === 'uniform' ? whyUniform(cleared) : whyByRule(cleared, trades);
}

/** What came of it, and what the network had to do with it. What the rule is stands beside it. */
function whyByRule(cleared: Cleared, trades: readonly Terms[]): string {
  if (cleared.volume === 0n) return noTradeByRule(cleared);
  const outcome = outcomeWords(cleared, trades);
  return cleared.network === undefined ? outcome : `${outcome} ${networkWords(cleared)}`;
}

function outcomeWords({ price: agreed, volume }: Cleared, trades: readonly Terms[]): string {
  const energy = energyWords(volume);
  if (agreed !== undefined)
    return `One price for all: ${energy} change hands at ${priceWords(agreed)}.`;
  const bought = pricesWords(trades, 'buy');
  if (!hasTwoPrices(trades)) {
    return `${energy} change hands, each trade at its own price: ${bought}. What a buyer pays its seller gets.`;
  }
  const sold = pricesWords(trades, 'sell');
  return `${energy} change hands. Buyers pay ${bought}; sellers get ${sold}. The difference goes to the community.`;
}

/** Which lines are full, and what energy costs on either side of them. */
function networkWords(cleared: Cleared): string {
  const { lines, zone_prices: prices } = clearLinesBy(linesCallOf(cleared)).details as ZonalDetails;
  const full = lines
    .filter(({ binding }) => binding)
    .map(({ from, to, limit_wh: limit }) => `${from} to ${to} (${energyWords(limit)})`);
  if (full.length === 0) return 'No line of the network stood in the way.';
  const own = Object.entries(prices)
    .filter(([, text]) => text !== null)
    .map(([zone, text]) => `${zone} ${priceWords(parsePrice(text ?? '', 'EUR/MWh'))}`);
  return `Full lines: ${full.join(', ')}. Prices by feeder: ${own.join(', ')}.`;
}

function noTradeByRule({ lines, network }: Cleared): string {
  const limitsOf = (side: 'buy' | 'sell') =>
    lines.filter((line) => line.side === side).map(({ limit }) => limit);
  const bestBid = limitsOf('buy').reduce<Price | null>(
    (a, b) => (a !== null && a > b ? a : b),
    null,
  );
  const bestAsk = limitsOf('sell').reduce<Price | null>(
    (a, b) => (a !== null && a < b ? a : b),
    null,
  );
  if (bestBid !== null && bestAsk !== null && bestBid >= bestAsk) {
    const why =
      network === undefined
        ? 'the rule of this market leaves out what is at the margin'
        : 'no line carries anything between those who would trade';
    return (
      `Nothing was traded: the best request stood${at(bestBid)} and the cheapest offer` +
      `${at(bestAsk)}, but ${why}.`
    );
  }
  const sentence =
    bestBid === null
      ? bestAsk === null
        ? 'no_orders'
        : 'no_bids'
      : bestAsk === null
        ? 'no_asks'
        : 'limits_apart';
  return noTradeWords({ sentence, bestBid, bestAsk });
}

function whyUniform(cleared: Cleared): string {
  const rule = priceRuleOf(cleared);
  const { lines } = linesCallOf(cleared);
  return sentenceOf(explain(clearLines(lines, rule), rule), cleared.kThousandths);
}

function priceRuleOf(cleared: Cleared): PriceRule {
  const k = { numerator: BigInt(cleared.kThousandths), denominator: 1000n };
  const uniform = callMechanism('uniform', cleared.mechanismVersion);
  const { floor, ceiling } = settingsOf(uniform, cleared);
  if (floor === undefined && ceiling === undefined) return { k };
  const collar: Collar = {
    floor: price(typeof floor === 'bigint' ? floor : -PRICE_MAX),
    ceiling: price(typeof ceiling === 'bigint' ? ceiling : PRICE_MAX),
  };
  return { k, collar };
}

function sentenceOf(why: Explanation, kThousandths: number): string {
  if (!why.traded) return noTradeWords(why);
  const price = priceWords(why.price);
  const volume = energyWords(why.volume);
  const bid = priceWords(why.marginal.bid);
  const ask = priceWords(why.marginal.ask);
  const place = placeWords(why.lower, why.upper, kThousandths);
  switch (why.sentence) {
    case 'one_price':
      return `The price is ${price}: the only one at which these ${volume} change hands.`;
    case 'gap_shared':
      return (
        `The price is ${price}: the last buyer would have paid ${bid}, the last seller asked ` +
        `${ask}, and the price stands ${place}.`
      );
    case 'demand_rationed':
      return (
        `The price is ${price}, ${place}: more was wanted at the last buyers’ limit ` +
        `of ${bid} than was offered, so they share what was left of ${volume}.`
      );
    case 'supply_rationed':
      return (
        `The price is ${price}, ${place}: more was offered at the last sellers’ limit ` +
        `of ${ask} than was wanted, so they share the sale of ${volume}.`
      );
    case 'collar_ceiling':
      return `The price is ${price}, the most that this market allows.`;
    case 'collar_floor':
      return `The price is ${price}, the least that this market allows.`;
  }
}

/** Where the price stands between its two bounds; where they are one, there is no between. */
function placeWords(lower: Bound, upper: Bound, kThousandths: number): string {
  if (lower.limit === upper.limit) return `where ${BOUNDS[lower.by]} and ${BOUNDS[upper.by]} meet`;
  const between = `${boundWords(lower)} and ${boundWords(upper)}`;
  if (kThousandths === 500) return `midway between ${between}`;
  return `${kThousandths} thousandths of the way between ${between}`;
}

const BOUNDS: Readonly<Record<Bound['by'], string>> = {
  accepted_ask: 'the dearest offer that sold',
  rejected_bid: 'the best request left out',
  accepted_bid: 'the lowest request that bought',
  rejected_ask: 'the cheapest offer left out',
  collar_floor: 'the market’s least price',
  collar_ceiling: 'the market’s dearest price',
};

function boundWords({ by, limit }: Bound): string {
  return `${BOUNDS[by]} (${priceWords(limit)})`;
}

type NoTrade = Extract<Explanation, { traded: false }>;

function noTradeWords(why: Pick<NoTrade, 'sentence' | 'bestBid' | 'bestAsk'>): string {
  const { bestBid, bestAsk } = why;
  if (why.sentence === 'no_orders') return 'Nobody offered or asked for energy in this slot.';
  if (why.sentence === 'no_bids') {
    return `Nothing was traded: energy was offered${from(bestAsk)}, but nobody asked for any.`;
  }
  if (why.sentence === 'no_asks') {
    return `Nothing was traded: energy was asked for${at(bestBid)}, but nobody offered any.`;
  }
  return (
    `Nothing was traded: the best request stood${at(bestBid)}, below the cheapest ` +
    `offer${from(bestAsk)}.`
  );
}

const from = (limit: Price | null): string => (limit === null ? '' : ` from ${priceWords(limit)}`);
const at = (limit: Price | null): string => (limit === null ? '' : ` at ${priceWords(limit)}`);
