/** Markets are defined once, halted and opened again. */

import type { BlockContext, State } from '@commonwatt/ledger';
import { ACTION } from '../action-types.ts';
import { authorised } from '../authority.ts';
import { type MarketChanged, marketChanged } from '../events.ts';
import type { ContractRefusal } from '../refusals.ts';
import { endOrder } from './book.ts';
import { HORIZON_SLOTS_MAX, MARKETS_MAX, PRICE_MAGNITUDE_MAX } from './limits.ts';
import { kindOfMechanism, refuseSettings } from './mechanism.ts';
import {
  type DefineMarket,
  defineMarketCodec,
  type MarketRules,
  type SetMarketOpen,
  setMarketOpenCodec,
} from './messages.ts';
import { endNegotiationsOf } from './negotiation-steps.ts';
import { firstOpenSlotMs } from './slots.ts';
import { nextStandingSlotMs } from './standing-slots.ts';
import { closedSlots, markets, ordersOfSlot, slotGroup } from './state.ts';

const HOUR_MS = 3_600_000;

export const defineMarket = authorised<DefineMarket>(
  ACTION.defineMarket,
  'define market',
  'operator',
  defineMarketCodec,
  (context, message) => {
    const refusal = refuseDefinition(context.state, message);
    if (refusal !== undefined) return refusal;
    writeMarket(context, message);
    return undefined;
  },
);

/** Writes a market that `refuseDefinition` lets pass. */
export function writeMarket(context: BlockContext, { market, ...rules }: DefineMarket): void {
  context.state.set(markets, market, {
    rules,
    status: 'open',
    nextGateSlotMs: firstOpenSlotMs(rules, context.timeMs),
    nextBusySlotMs: undefined,
  });
  emitChanged(context, { market, change: 'defined', reason: rules.name });
}

/** market_known, mechanism_unknown, market_rules_invalid with the name of the field or setting. */
export function refuseDefinition(
  state: State,
  { market, ...rules }: DefineMarket,
): ContractRefusal | undefined {
  if (state.get(markets, market) !== undefined) return { code: 'market_known', market };
  if (kindOfMechanism(rules.mechanism) === undefined) {
    return { code: 'mechanism_unknown', mechanism: rules.mechanism };
  }
  const others = state.entries(markets);
  if (others.length >= MARKETS_MAX) {
    return { code: 'market_rules_invalid', field: 'market', expected: `at most ${MARKETS_MAX}` };
  }
  for (const [field, ok, expected] of conditions(rules, others[0]?.[1].rules.slotLengthMs)) {
    if (!ok) return { code: 'market_rules_invalid', field, expected };
  }
  const refused = refuseSettings(rules);
  return refused && { code: 'market_rules_invalid', ...refused };
}

type Condition = readonly [field: keyof MarketRules, ok: boolean, expected: string];

/**
 * All markets have slots of one length, since a member's connection is shared between them slot by
 * slot.
 */
function conditions(
  rules: MarketRules,
  commonSlotLengthMs: number | undefined,
): readonly Condition[] {
  const { slotLengthMs, gateLeadMs, horizonMs, priceLeast, priceMost } = rules;
  const dividesHour = slotLengthMs > 0 && slotLengthMs % 1000 === 0 && HOUR_MS % slotLengthMs === 0;
  return [
    ['name', rules.name.length > 0, 'a name'],
    ['slotLengthMs', dividesHour, 'whole seconds that divide an hour'],
    [
      'slotLengthMs',
      commonSlotLengthMs === undefined || slotLengthMs === commonSlotLengthMs,
      `${commonSlotLengthMs}, as in the other markets`,
    ],
    ['horizonMs', horizonMs >= gateLeadMs + slotLengthMs, 'gateLeadMs and one slot at least'],
    [
      'horizonMs',
      horizonMs - gateLeadMs <= HORIZON_SLOTS_MAX * slotLengthMs,
      `at most ${HORIZON_SLOTS_MAX} slots beyond gateLeadMs`,
    ],
    ['priceLeast', priceLeast >= -PRICE_MAGNITUDE_MAX, `${-PRICE_MAGNITUDE_MAX} or more`],
    ['priceMost', priceMost <= PRICE_MAGNITUDE_MAX, `${PRICE_MAGNITUDE_MAX} or less`],
    ['priceMost', priceMost >= priceLeast, 'priceLeast or more'],
    ['kThousandths', rules.kThousandths <= 1000, '0 to 1000'],
    [
      'mechanism',
      kindOfMechanism(rules.mechanism) === rules.kind,
      `one for a market of kind '${rules.kind}'`,
    ],
    ['roundsMax', rules.kind === 'call auction' || rules.roundsMax >= 1, '1 or more'],
  ];
}

/** The kill switch. It gives back what orders hold, and has no way to any other money. */
export const setMarketOpen = authorised<SetMarketOpen>(
  ACTION.setMarketOpen,
  'set market open',
  'operator',
  setMarketOpenCodec,
  (context, { market: number, open, reason }) => {
    const { state, timeMs } = context;
    const market = state.get(markets, number);
    if (market === undefined) return { code: 'market_unknown', market: number };
    if (open === 'halted') {
      cancelOrders(context, number);
      state.set(markets, number, { ...market, status: 'halted', nextBusySlotMs: undefined });
    } else if (market.status === 'halted') {
      const nextGateSlotMs = firstOpenSlotMs(market.rules, timeMs);
      const nextBusySlotMs = nextStandingSlotMs(state, number, nextGateSlotMs);
      state.set(markets, number, { ...market, status: 'open', nextGateSlotMs, nextBusySlotMs });
    }
    emitChanged(context, { market: number, change: open, reason });
    return undefined;
  },
);

/** Ends every resting order of a market, those of slots that wait for their clearing too. */
function cancelOrders(context: BlockContext, number: number): void {
  const { state } = context;
  const ofMarket = slotGroup(number, 0).slice(0, -1);
  for (const name of state.groupNames(ordersOfSlot)) {
    if (!name.startsWith(ofMarket)) continue;
    for (const [id] of state.group(ordersOfSlot, name)) {
      endNegotiationsOf(context, id);
      endOrder(context, id, 'market halted');
    }
  }
  for (const [key] of state.entries(closedSlots)) {
    if (key.market === number) state.delete(closedSlots, key);
  }
}

function emitChanged(context: BlockContext, change: MarketChanged): void {
  context.emit<MarketChanged>(marketChanged, change);
}
