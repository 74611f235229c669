/** What a clearing prints: JSON for programs, tables for people, and the difference of two. */

import type { Clearing, Detail, Shares } from '@commonwatt/mechanisms';
import {
  type Energy,
  formatEnergy,
  formatMoney,
  formatPrice,
  money,
  type Price,
} from '@commonwatt/units';
import { shownCell } from '../../terminal/csv-table.ts';
import { formatTable } from '../../terminal/table.ts';
import { Rows } from './json-pieces.ts';

export type Outcome =
  | { readonly kind: 'auction'; readonly name: string; readonly clearing: Clearing }
  | { readonly kind: 'sharing'; readonly name: string; readonly shares: Shares };

type Slot = string | undefined;

const right = 'right' as const;

/** Its long lists are rows that are made as they are written. */
export function outcomeFields(slot: Slot, outcome: Outcome): Readonly<Record<string, unknown>> {
  const begin = { ...slotJson(slot), mechanism: outcome.name };
  if (outcome.kind === 'sharing') {
    const { shares, residual, surplus, details } = outcome.shares;
    return {
      ...begin,
      shares: new Rows(shares, ({ member, energy, money: paid }) => ({
        member,
        energy_wh: wholeJson(energy),
        money: formatMoney(paid),
      })),
      residual: wholeJson(residual),
      surplus: formatMoney(surplus),
      ...(details && { details: detailJson(details) }),
    };
  }
  const { price, priceInterval, trades, unmatched, payments, welfare, surplus, details } =
    outcome.clearing;
  return {
    ...begin,
    price: priceText(price),
    priceInterval: priceInterval && {
      low: priceText(priceInterval.low),
      high: priceText(priceInterval.high),
    },
    trades: new Rows(trades, ({ bid, ask, energy, buyerPrice, sellerPrice }) => ({
      bid,
      ask,
      energy_wh: wholeJson(energy),
      buyer_price: priceText(buyerPrice),
      seller_price: priceText(sellerPrice),
    })),
    unmatched: new Rows(unmatched, ({ id, energy }) => ({ id, energy_wh: wholeJson(energy) })),
    payments: new Rows([...payments], ([member, paid]) => ({ member, money: formatMoney(paid) })),
    welfare: formatMoney(welfare),
    surplus: formatMoney(surplus),
    ...(details && { details: detailJson(details) }),
  };
}

export function outcomeText(slot: Slot, outcome: Outcome): string {
  const head = slot === undefined ? '' : `${nameText(slot)}: `;
  return outcome.kind === 'auction'
    ? clearingText(head, outcome.clearing)
    : sharesText(head, outcome.shares);
}

function clearingText(head: string, clearing: Clearing): string {
  const { price, volume, trades, unmatched, payments, welfare, surplus, details } = clearing;
  const at = price === null ? 'no one price' : `${priceText(price)} EUR/MWh`;
  const columns = [
    { heading: 'bid' },
    { heading: 'ask' },
    { heading: 'kWh', align: right },
    { heading: 'buyer EUR/MWh', align: right },
    { heading: 'seller EUR/MWh', align: right },
  ];
  const rows = trades.map(({ bid, ask, energy, buyerPrice, sellerPrice }) => [
    nameText(bid),
    nameText(ask),
    formatEnergy(energy, 'kWh'),
    priceText(buyerPrice) ?? '-',
    priceText(sellerPrice) ?? '-',
  ]);
  const paid = [...payments].map(([member, amount]) => [nameText(member), formatMoney(amount)]);
  return [
    `${head}${trades.length === 0 ? 'no trade' : at}, ${formatEnergy(volume, 'kWh')} kWh`,
    formatTable(columns, rows),
    formatTable([{ heading: 'member' }, { heading: 'pays EUR', align: right }], paid),
    `${unmatched.length} orders with energy left`,
    `welfare ${formatMoney(welfare)} EUR, surplus ${formatMoney(surplus)} EUR`,
    ...detailsText(details),
  ].join('\n');
}

function sharesText(head: string, { shares, residual, surplus, volume, details }: Shares): string {
  const columns = [
    { heading: 'member' },
    { heading: 'Wh from the community', align: right },
    { heading: 'pays EUR', align: right },
  ];
  const rows = shares.map(({ member, energy, money: paid }) => [
    nameText(member),
    `${energy}`,
    formatMoney(paid),
  ]);
  return [
    `${head}${formatEnergy(volume, 'kWh')} kWh shared, ${residual} Wh from outside`,
    formatTable(columns, rows),
    `surplus ${formatMoney(surplus)} EUR`,
    ...detailsText(details),
  ].join('\n');
}

/** What two mechanisms make of one book, the second less the first. */
export function differenceJson(slot: Slot, pair: readonly [Outcome, Outcome]): object {
  const [first, second] = pair.map(figuresOf) as [Figures, Figures];
  return {
    ...slotJson(slot),
    mechanisms: pair.map(({ name }) => name),
    outcomes: [first, second].map(figuresJson),
    difference: figuresJson(lessOf(second, first)),
  };
}

export function differenceText(slot: Slot, pair: readonly [Outcome, Outcome]): string {
  const [first, second] = pair.map(figuresOf) as [Figures, Figures];
  const three = [first, second, lessOf(second, first)];
  const columns = [
    { heading: nameText(slot ?? '') },
    ...pair.map(({ name }) => ({ heading: name, align: right })),
    { heading: 'difference', align: right },
  ];
  const amount = (value: bigint | null) => (value === null ? '-' : formatMoney(money(value)));
  return formatTable(columns, [
    ['volume Wh', ...three.map(({ volume }) => `${volume}`)],
    ['welfare EUR', ...three.map(({ welfare }) => amount(welfare))],
    ['surplus EUR', ...three.map(({ surplus }) => amount(surplus))],
    ...[...lessOf(second, first).payments.keys()].map((member) => [
      `${nameText(member)} pays EUR`,
      ...three.map(({ payments }) => amount(payments.get(member) ?? 0n)),
    ]),
  ]);
}

interface Figures {
  readonly volume: bigint;
  /** Null where the mechanism knows no limits. */
  readonly welfare: bigint | null;
  readonly payments: ReadonlyMap<string, bigint>;
  readonly surplus: bigint;
}

function figuresOf(outcome: Outcome): Figures {
  if (outcome.kind === 'auction') return outcome.clearing;
  const { shares, surplus, volume } = outcome.shares;
  const payments = new Map(shares.map(({ member, money: paid }) => [member, paid]));
  return { volume, welfare: null, payments, surplus };
}

function lessOf(minuend: Figures, subtrahend: Figures): Figures {
  const members = [...new Set([...subtrahend.payments.keys(), ...minuend.payments.keys()])].sort();
  const paid = members.map((member): [string, bigint] => [
    member,
    (minuend.payments.get(member) ?? 0n) - (subtrahend.payments.get(member) ?? 0n),
  ]);
  const areValued = minuend.welfare !== null && subtrahend.welfare !== null;
  return {
    volume: minuend.volume - subtrahend.volume,
    welfare: areValued ? minuend.welfare - subtrahend.welfare : null,
    payments: new Map(paid),
    surplus: minuend.surplus - subtrahend.surplus,
  };
}

function figuresJson({ volume, welfare, payments, surplus }: Figures): object {
  return {
    volume_wh: wholeJson(volume),
    welfare: welfare === null ? null : formatMoney(money(welfare)),
    payments: [...payments].map(([member, paid]) => ({ member, money: formatMoney(money(paid)) })),
    surplus: formatMoney(money(surplus)),
  };
}

function slotJson(slot: Slot): object {
  return slot === undefined ? {} : { slot };
}

/** A name that would break its row, or move a terminal's cursor, is quoted. */
function nameText(name: string): string {
  return /\p{C}/u.test(name) ? shownCell(name) : name;
}

function priceText(price: Price | null): string | null {
  return price === null ? null : formatPrice(price, 'EUR/MWh');
}

/** Sums beyond 53 bits become text rather than another number. */
function wholeJson(value: bigint | Energy): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : `${value}`;
}

function detailJson(detail: Detail): unknown {
  return JSON.parse(
    JSON.stringify(detail, (_key, value: unknown) =>
      typeof value === 'bigint' ? `${value}` : value,
    ),
  );
}

function detailsText(details: { readonly [name: string]: Detail } | undefined): string[] {
  return Object.entries(details ?? {}).map(
    ([name, detail]) => `${name}: ${JSON.stringify(detailJson(detail))}`,
  );
}
