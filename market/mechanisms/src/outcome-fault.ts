/**
 * What is wrong with the outcome of a rule that nobody here has tested: of a module that somebody brings along. Its form
 * is looked at first, for such a rule is not compiled with ours, then the duties that can be seen in one outcome.
 */

import { lesser } from '@commonwatt/units';
import type {
  AuctionMechanism,
  Call,
  Clearing,
  Property,
  Shares,
  SharingMechanism,
} from './mechanism.ts';
import { LAWS } from './properties.ts';
import { SHARING_LAWS } from './sharing-properties.ts';

export type OutcomeFault = {
  /** Where in the outcome, such as `trades[0].energy`, or the duty that is not kept. */
  readonly place: string;
  readonly expected: string;
  readonly got: string;
};

/** Duties of an auction that one outcome shows, with what they demand; independence of arrival takes several. */
const DUTIES: readonly (readonly [Property, string])[] = [
  ['no_overfill', 'no order to get more than it asked for'],
  ['no_self_trade', 'no trade of a member with itself'],
  ['conservation', 'energy bought, sold, traded and left over to agree'],
  ['accounts', 'sums of money that agree with trades and limits'],
];
const DETAIL_DEPTH_MAX = 32;
const SHOWN_MAX = 64;

/** The first fault, or nothing. The outcome is whatever the rule returned for the call. */
export function outcomeFault(
  mechanism: AuctionMechanism | SharingMechanism,
  call: Call,
  outcome: unknown,
): OutcomeFault | undefined {
  if (mechanism.kind === 'auction') {
    const fault = formOf(outcome, (whole) => clearingForm(whole, call));
    if (fault !== undefined) return fault;
    const told: AuctionMechanism = { ...mechanism, clear: () => outcome as Clearing };
    return firstOf(DUTIES, ([duty, expected]) => {
      const got = LAWS[duty](told, call);
      return got === undefined ? undefined : { place: duty, expected, got };
    });
  }
  const fault = formOf(outcome, sharesForm);
  if (fault !== undefined) return fault;
  const told: SharingMechanism = { ...mechanism, share: () => outcome as Shares };
  const got = SHARING_LAWS.members_once(told, call);
  if (got !== undefined) {
    return { place: 'members_once', expected: 'one share of every member, sorted by name', got };
  }
  return sharedEnergyFault(outcome as Shares, call);
}

/** Nobody gets more from its community, or gives it more, than it asked for; nothing arises or is lost. */
function sharedEnergyFault(
  { shares, residual, volume }: Shares,
  { orders }: Call,
): OutcomeFault | undefined {
  const asked = new Map<string, { takenWh: bigint; givenWh: bigint }>();
  const all = { takenWh: 0n, givenWh: 0n };
  for (const { member, side, energy } of orders) {
    const own = asked.get(member) ?? { takenWh: 0n, givenWh: 0n };
    asked.set(member, own);
    for (const sum of [own, all]) sum[side === 'buy' ? 'takenWh' : 'givenWh'] += energy;
  }
  let sum = 0n;
  for (const { member, energy } of shares) {
    sum += energy;
    const { takenWh, givenWh } = asked.get(member) ?? all;
    if (energy > takenWh || energy < -givenWh) {
      const expected = `at most ${takenWh} Wh got and ${givenWh} Wh given`;
      return { place: `energy of ${member}`, expected, got: `${energy} Wh` };
    }
  }
  if (sum !== 0n) {
    const expected = 'energies of the members that sum to 0 Wh';
    return { place: 'shares', expected, got: `${sum} Wh` };
  }
  const outside = all.takenWh - all.givenWh;
  if (residual !== outside) {
    return { place: 'residual', expected: `${outside} Wh`, got: `${residual} Wh` };
  }
  const most = lesser(all.takenWh, all.givenWh);
  return volume <= most
    ? undefined
    : { place: 'volume', expected: `at most ${most} Wh`, got: `${volume} Wh` };
}

type Look = (value: unknown, place: string) => void;

/** Carries a fault out of the walk; nobody else sees it. */
class FormError extends Error {
  readonly fault: OutcomeFault;
  constructor(fault: OutcomeFault) {
    super(fault.place);
    this.fault = fault;
  }
}

function formOf(outcome: unknown, look: (whole: Fields) => void): OutcomeFault | undefined {
  try {
    look(fieldsOf(outcome, 'outcome'));
    return undefined;
  } catch (error) {
    if (error instanceof FormError) return error.fault;
    throw error;
  }
}

function clearingForm(whole: Fields, { orders }: Call): void {
  const byId = new Map(orders.map((order) => [order.id, order]));
  const members = new Set(orders.map(({ member }) => member));
  const order = (value: unknown, place: string, side?: 'buy' | 'sell') => {
    const found = typeof value === 'string' ? byId.get(value) : undefined;
    const expected = side === undefined ? 'the id of an order' : `the id of an order to ${side}`;
    if (found === undefined || (side !== undefined && found.side !== side)) {
      throw wrong(place, expected, value);
    }
    return found;
  };
  const member = (value: unknown, place: string) => {
    if (typeof value !== 'string' || !members.has(value)) throw wrong(place, 'a member', value);
  };
  orNull(PRICE)(whole.price, 'price');
  if (whole.priceInterval !== null) {
    const { low, high } = fieldsOf(whole.priceInterval, 'priceInterval');
    PRICE(low, 'priceInterval.low');
    PRICE(high, 'priceInterval.high');
  }
  wattHours(0n)(whole.volume, 'volume');
  for (const [trade, place] of rowsOf(whole.trades, 'trades')) {
    const { bid, ask, buyer, seller, energy, buyerPrice, sellerPrice } = trade;
    const owners = [order(bid, `${place}.bid`, 'buy'), order(ask, `${place}.ask`, 'sell')];
    for (const [at, [name, value]] of Object.entries({ buyer, seller }).entries()) {
      const owner = owners[at]?.member;
      if (value !== owner) throw wrong(`${place}.${name}`, `${owner}, whose order it is`, value);
    }
    wattHours(1n)(energy, `${place}.energy`);
    orNull(PRICE)(buyerPrice, `${place}.buyerPrice`);
    orNull(PRICE)(sellerPrice, `${place}.sellerPrice`);
  }
  for (const [id, filled] of mapOf(whole.fills, 'fills')) {
    wattHours(1n)(filled, `fills of ${order(id, 'fills').id}`);
  }
  const left = new Set<unknown>();
  for (const [{ id, energy }, place] of rowsOf(whole.unmatched, 'unmatched')) {
    order(id, `${place}.id`);
    if (left.has(id)) throw wrong(`${place}.id`, 'every order once', id);
    left.add(id);
    wattHours(1n)(energy, `${place}.energy`);
  }
  for (const [name, paid] of mapOf(whole.payments, 'payments')) {
    member(name, 'payments');
    MONEY(paid, `payments of ${name}`);
  }
  MONEY(whole.welfare, 'welfare');
  MONEY(whole.surplus, 'surplus');
  detail(whole.details, 'details');
}

function sharesForm(whole: Fields): void {
  for (const [{ member, energy, money }, place] of rowsOf(whole.shares, 'shares')) {
    if (typeof member !== 'string') throw wrong(`${place}.member`, 'a member', member);
    bigint('Wh')(energy, `${place}.energy`);
    MONEY(money, `${place}.money`);
  }
  bigint('Wh')(whole.residual, 'residual');
  MONEY(whole.surplus, 'surplus');
  wattHours(0n)(whole.volume, 'volume');
  detail(whole.details, 'details');
}

type Fields = Readonly<Record<string, unknown>>;

const bigint =
  (unit: string): Look =>
  (value, place) => {
    if (typeof value !== 'bigint') throw wrong(place, `a bigint of ${unit}`, value);
  };
const PRICE = bigint('thousandths of EUR/MWh');
const MONEY = bigint('nano-EUR');

function wattHours(least: bigint): Look {
  return (value, place) => {
    if (typeof value !== 'bigint' || value < least) {
      throw wrong(place, `a bigint of Wh, at least ${least}`, value);
    }
  };
}

function orNull(look: Look): Look {
  return (value, place) => {
    if (value !== null) look(value, place);
  };
}

function fieldsOf(value: unknown, place: string): Fields {
  if (typeof value !== 'object' || value === null) throw wrong(place, 'an object', value);
  return value as Fields;
}

function rowsOf(value: unknown, place: string): readonly (readonly [Fields, string])[] {
  if (!Array.isArray(value)) throw wrong(place, 'a list', value);
  return value.map((row, at) => [fieldsOf(row, `${place}[${at}]`), `${place}[${at}]`]);
}

function mapOf(value: unknown, place: string): ReadonlyMap<unknown, unknown> {
  if (!(value instanceof Map)) throw wrong(place, 'a Map', value);
  return value;
}

/** Details are printed as they are, so they hold what can be printed and nothing else. */
function detail(value: unknown, place: string, depth = 0): void {
  if (value === undefined && depth === 0) return;
  if (value === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof value)) return;
  const isPlain =
    Array.isArray(value) ||
    (value !== undefined && Object.getPrototypeOf(value) === Object.prototype);
  if (!isPlain || depth > DETAIL_DEPTH_MAX) {
    throw wrong(place, 'text, numbers, bigints, booleans, null, lists and plain objects', value);
  }
  for (const [name, part] of Object.entries(value as Fields)) {
    detail(part, `${place}.${name}`, depth + 1);
  }
}

function wrong(place: string, expected: string, value: unknown): FormError {
  return new FormError({ place, expected, got: shown(value) });
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'string') return JSON.stringify(value.slice(0, SHOWN_MAX));
  if (typeof value === 'number' || typeof value === 'boolean') return `${typeof value} ${value}`;
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'function' ? 'a function' : 'an object';
}

function firstOf<From, To>(
  list: readonly From[],
  look: (one: From) => To | undefined,
): To | undefined {
  for (const one of list) {
    const found = look(one);
    if (found !== undefined) return found;
  }
  return undefined;
}
