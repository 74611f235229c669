/** The golden ledger's slots: called, negotiated and halted. */

import type { Action } from '@commonwatt/ledger';
import { ACTION } from '../../action-types.ts';
import { revokeOf } from '../../identity/actions.test-support.ts';
import {
  type ActionId,
  defineMarketCodec,
  endNegotiationCodec,
  replyCodec,
  sendEnergyCodec,
  setMarketOpenCodec,
  standingOrderCodec,
  withdrawCodec,
  withdrawStandingCodec,
} from '../../market/messages.ts';
import { sentOrderId } from '../../market/order-id.ts';
import { action, GENESIS_MS } from '../testing-ledger.test-support.ts';
import {
  AGREED_MS,
  accept,
  CALL,
  counter,
  DAY_MS,
  EQUAL_MS,
  GATE_LEAD_MS,
  HALTED_MS,
  NEGATIVE_MS,
  NEGOTIATED,
  named,
  perMwh,
  type Recipe,
  request,
  setm,
  share,
  terms,
  unknown,
  wh,
} from './golden-recipe.ts';

export const standing = (side: 'buy' | 'sell', euro: number, energies: readonly number[]): Action =>
  action(ACTION.standingOrder, standingOrderCodec, {
    market: CALL,
    side,
    limit: perMwh(euro),
    energies: energies.map(wh),
    fromMs: AGREED_MS,
    untilMs: GENESIS_MS + DAY_MS,
  });
export const withdrawStanding = (id: ActionId): Action =>
  action(ACTION.withdrawStanding, withdrawStandingCodec, { standing: id });

/** A gate closes, and the next block clears the slot by the hash of the one that closed it. */
export async function clear(recipe: Recipe, slotMs: number): Promise<void> {
  await recipe.block([], slotMs - GATE_LEAD_MS);
  await recipe.block([]);
}

/** The call auction: equal limits by lot, a price below zero. Answers the standing orders left. */
export async function call(recipe: Recipe): Promise<readonly ActionId[]> {
  const { ledger } = recipe;
  await recipe.block([
    ['sun', share(EQUAL_MS, 100, 90)],
    ['dora', share(EQUAL_MS, 100, 90)],
    ['ana', share(EQUAL_MS, 100, 90)],
    ['ben', [request(EQUAL_MS, 50, 120), share(EQUAL_MS, 50, 90)], ['done', 'role_missing']],
    [
      'plant',
      [request(EQUAL_MS, 50, 120), request(EQUAL_MS, 9000, 120)],
      ['done', 'connection_exceeded'],
    ],
  ]);
  const profile = Array.from({ length: 96 }, (_, slot) => 30 + (slot % 7));
  const [carl, ...others] = await recipe.block([
    ['carl', standing('buy', 100, [10])],
    ['ben', standing('buy', 110, [40])],
    ['sun', standing('sell', 80, profile)],
    ['dora', standing('buy', 400, [2700])],
    ['ana', standing('buy', 100, [1, 2]), 'profile_invalid'],
  ]);
  await recipe.decide(revokeOf(recipe.number('carl'), ledger.height + 2));
  await recipe.block([['carl', withdrawStanding(named(carl)), 'member_revoked']]);
  await clear(recipe, EQUAL_MS);
  const [spare] = await recipe.block([
    ['ana', share(NEGATIVE_MS, 10, -10)],
    ['sun', share(NEGATIVE_MS, 200, -40)],
    ['ben', request(NEGATIVE_MS, 150, -20)],
    ['dora', [share(NEGATIVE_MS, 50, -30), request(NEGATIVE_MS, 50, 10)], ['done', 'done']],
    ['plant', request(NEGATIVE_MS, 50, 900), 'price_outside_collar'],
  ]);
  const takingBack = action(ACTION.withdraw, withdrawCodec, { order: sentOrderId(named(spare)) });
  await recipe.block([
    ['ben', takingBack, 'order_not_yours'],
    ['ana', [takingBack, takingBack], ['done', 'order_unknown']],
  ]);
  await clear(recipe, NEGATIVE_MS);
  return others.slice(0, 3).map((id) => named(id));
}

/** Algorithm 2 in a negotiated market: Initial, Define and Update, with counter-offers. */
export async function negotiate(recipe: Recipe): Promise<void> {
  const { ledger } = recipe;
  const define = action(ACTION.defineMarket, defineMarketCodec, setm);
  await recipe.block([['officer', [define, define], ['done', 'market_known']]]);
  const [shared] = await recipe.block([
    ['sun', share(AGREED_MS, 500, 52, NEGOTIATED)],
    ['plant', request(AGREED_MS, 100, undefined, NEGOTIATED)],
    ['ben', request(AGREED_MS, 50, 50, NEGOTIATED)],
  ]);
  const order = sentOrderId(named(shared));
  const to = ledger.member('plant').number;
  const sending = { share: order, to, ...terms(100, 48) };
  const strange = { ...sending, share: sentOrderId(unknown) };
  const reply = (amount: number, euro: number) =>
    action(ACTION.reply, replyCodec, { order, ...terms(amount, euro) });
  const [sent, replied, other] = await recipe.block([
    ['sun', action(ACTION.sendEnergy, sendEnergyCodec, sending)],
    ['ben', reply(50, 44)],
    ['dora', reply(20, 45)],
    ['sun', action(ACTION.sendEnergy, sendEnergyCodec, strange), 'order_unknown'],
  ]);
  const [first, second, third] = [named(sent), named(replied), named(other)];
  await recipe.block([
    ['plant', [accept(first, 100, 47), accept(first, 100, 48)], ['terms_changed', 'done']],
    ['sun', counter(second, 50, 50)],
  ]);
  await recipe.block([
    ['sun', counter(second, 50, 49), 'not_your_turn'],
    ['ben', counter(second, 50, 46)],
    ['dora', action(ACTION.endNegotiation, endNegotiationCodec, { negotiation: third })],
  ]);
  await recipe.block([
    ['sun', [counter(second, 50, 48), accept(second, 50, 46)], ['rounds_exhausted', 'done']],
    ['dora', accept(third, 20, 45), 'negotiation_unknown'],
  ]);
  await clear(recipe, AGREED_MS);
}

/** The kill switch, and the end of the standing orders. */
export async function halt(recipe: Recipe, standingOrders: readonly ActionId[]): Promise<void> {
  const setOpen = (open: 'open' | 'halted', reason: string, market = CALL) =>
    action(ACTION.setMarketOpen, setMarketOpenCodec, { market, open, reason });
  await recipe.block([['ana', request(HALTED_MS, 30, 100)]]);
  await recipe.block([['officer', setOpen('halted', 'a drill')]]);
  await recipe.block([
    ['ana', request(HALTED_MS, 30, 100), 'market_halted'],
    ['officer', setOpen('open', 'no such market', 9), 'market_unknown'],
  ]);
  await recipe.block([['officer', setOpen('open', 'the drill is over')]]);
  const [ben, sun, dora] = standingOrders.map(withdrawStanding) as [Action, Action, Action];
  await recipe.block([
    ['ben', [sun, ben, ben], ['order_not_yours', 'done', 'standing_unknown']],
    ['sun', sun],
    ['dora', dora],
  ]);
  await clear(recipe, HALTED_MS);
}
