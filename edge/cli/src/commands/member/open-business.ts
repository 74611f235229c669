/** What a member has open, and what there is to be had: the names that the other commands take. */

import type { RouteAnswer } from '@commonwatt/client';
import {
  type Energy,
  formatEnergy,
  formatInstant,
  formatPrice,
  type Price,
} from '@commonwatt/units';
import { STATUS, type Status } from '../../terminal/status.ts';
import { formatTable } from '../../terminal/table.ts';
import { print, printJson, type Terminal } from '../../terminal/terminal.ts';
import { instantField, wholeField } from './fields.ts';
import { answered, openSession, type Session, type SessionOptions } from './session.ts';

export interface OpenOptions extends SessionOptions {
  readonly market?: string;
  readonly slot?: string;
}

const right = 'right' as const;
const kWh = (text: string): string => formatEnergy(BigInt(text) as Energy, 'kWh');
const cents = (text: string | null): string =>
  text === null ? 'asks' : formatPrice(BigInt(text) as Price, 'ct/kWh');

/** Open orders, standing orders and open negotiations with their names. */
export function showOrders(terminal: Terminal, options: SessionOptions): Promise<Status> {
  return answered(terminal, async () => {
    const { client, json } = await openSession(terminal, options);
    const { member } = await client.ownMember();
    const open = await client.memberOrders({ params: { member } });
    if (json) printJson(terminal, open);
    else print(terminal, tables(open).join('\n'));
    return STATUS.done;
  });
}

type Open = RouteAnswer<'memberOrders'>;

function tables({ orders, standing, negotiations }: Open): readonly string[] {
  const terms = [
    { heading: 'slot' },
    { heading: 'side' },
    { heading: 'kWh', align: right },
    { heading: 'ct/kWh', align: right },
  ];
  const named = orders.map((one) => [
    one.order,
    formatInstant(one.slotMs),
    one.side,
    kWh(one.energy),
    cents(one.limit),
  ]);
  const lasting = standing.map((one) => [
    one.standing,
    formatInstant(one.fromMs),
    one.side,
    one.energies.length === 1 ? kWh(one.energies[0] ?? '0') : 'profile',
    cents(one.limit),
  ]);
  const turns = negotiations.map((one) => [
    one.negotiation,
    formatInstant(one.slotMs),
    one.side,
    kWh(one.energy),
    cents(one.price),
    `${one.counterparty}`,
    one.offeredBy === one.side ? 'the other side' : 'you',
  ]);
  const turn = [{ heading: 'with', align: right }, { heading: 'turn' }];
  return [
    formatTable([{ heading: 'order' }, ...terms], named),
    formatTable([{ heading: 'standing order, from' }, ...terms], lasting),
    formatTable([{ heading: 'negotiation' }, ...terms, ...turn], turns),
  ];
}

/** The paper's answer to who asks without a price: what is available in a slot, at which cost. */
export function showAvailable(terminal: Terminal, options: OpenOptions): Promise<Status> {
  const asked = slotOf(options);
  return answered(terminal, async () => {
    const session = await openSession(terminal, options);
    const answer = await available(session, asked);
    if (session.json) printJson(terminal, answer);
    else print(terminal, availableText(answer));
    return STATUS.done;
  });
}

export interface AskedSlot {
  readonly market: number;
  readonly slotMs: number;
}

export function slotOf({ market = '1', slot }: OpenOptions): AskedSlot {
  return {
    market: wholeField('--market', market, { least: 0, most: 65_535 }),
    slotMs: instantField('--slot', slot),
  };
}

export function available(
  { client }: Session,
  { market, slotMs }: AskedSlot,
): Promise<RouteAnswer<'availableQuotes'>> {
  return client.availableQuotes({ params: { market, slotMs } });
}

export function availableText({ available: wh, quotes }: RouteAnswer<'availableQuotes'>): string {
  const columns = [
    { heading: 'order' },
    { heading: 'kWh', align: right },
    { heading: 'ct/kWh', align: right },
  ];
  const rows = quotes.map(({ order, energy, price }) => [order, kWh(energy), cents(price)]);
  return `${kWh(wh)} kWh available\n${formatTable(columns, rows)}`;
}
