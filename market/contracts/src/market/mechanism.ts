/**
 * The mechanisms that a market may name, by version: a rule never changes under its number. Which auctions are
 * among them follows from what they declare.
 */

import {
  type AuctionMechanism,
  type Call,
  type CallRefusal,
  type Clearing,
  expectedOf,
  type Field,
  MECHANISMS,
  type Mechanism,
  type Order,
  parseField,
  refuseValues,
  type TableDeclaration,
  type Value,
  type Values,
} from '@commonwatt/mechanisms';
import { energy, price } from '@commonwatt/units';
import { BOOK_ORDERS_MAX, CALL_ORDERS_MAX, STANDING_ORDERS_MAX } from './limits.ts';
import type { MarketKind, MarketRules } from './messages.ts';
import { COMMUNITY_ZONE } from './zones.ts';

/** The rule that is made for books of any size; others take calls of at most CALL_ORDERS_MAX orders. */
const LARGEST = 'uniform';

/**
 * Whether an auction can be the rule of a market on a ledger: prices lie within the limits, so that what orders hold
 * back is enough; buyers pay what sellers get or more, so that nobody has to add money; and an order as the ledger
 * knows it is all that it needs. Of further columns the ledger has the time and the zone, of tables the lines of a
 * network; what else may be empty is empty.
 */
export function isMarketRule(mechanism: Mechanism): mechanism is AuctionMechanism {
  if (mechanism.kind !== 'auction' || mechanism.problem !== undefined) return false;
  const { properties, columns = [], tables = [] } = mechanism;
  return (
    (properties.includes('budget_balance') || properties.includes('weak_budget_balance')) &&
    properties.includes('individual_rationality') &&
    columns.every(({ name, required }) => required !== true || COLUMNS.includes(name)) &&
    tables.every((one) => one.required !== true || isNetwork(one))
  );
}

const COLUMNS: readonly string[] = ['time', 'zone'];

/** Whether a table is all told by the lines of a market's network. */
function isNetwork({ name, columns }: TableDeclaration): boolean {
  const required = columns.filter((column) => column.required === true);
  return name === 'network' && required.map((column) => column.name).join() === 'from,to,limit_wh';
}

const CALLS: ReadonlyMap<string, ReadonlyMap<number, AuctionMechanism>> = callsByName();

function callsByName(): Map<string, Map<number, AuctionMechanism>> {
  const calls = new Map<string, Map<number, AuctionMechanism>>();
  for (const mechanism of MECHANISMS.filter(isMarketRule)) {
    const versions = calls.get(mechanism.name) ?? new Map<number, AuctionMechanism>();
    calls.set(mechanism.name, versions.set(mechanism.version, bounded(mechanism)));
  }
  return calls;
}

function bounded(mechanism: AuctionMechanism): AuctionMechanism {
  if (mechanism.name === LARGEST) return mechanism;
  const refuse: AuctionMechanism['refuse'] = (call) => {
    const { length } = call.orders;
    if (length <= CALL_ORDERS_MAX) return mechanism.refuse(call);
    const refusal = { code: 'orders_too_many', orders: length, ordersMax: CALL_ORDERS_MAX };
    return refusal;
  };
  return { ...mechanism, refuse };
}

/** Rule sets of the markets with the versions that this release has. */
export const MECHANISM_VERSIONS: ReadonlyMap<string, readonly number[]> = new Map([
  ...[...CALLS].map(([name, versions]) => [name, [...versions.keys()]] as const),
  ['negotiation', [1]],
]);

/** The kind of market that a mechanism serves; nothing for a name that is not known. */
export function kindOfMechanism(name: string): MarketKind | undefined {
  if (!MECHANISM_VERSIONS.has(name)) return undefined;
  return CALLS.has(name) ? 'call auction' : 'negotiated';
}

/** @throws Error when this release lacks the rule: the ledger has asked for known rules before. */
export function callMechanism(name: string, version: number): AuctionMechanism {
  const mechanism = CALLS.get(name)?.get(version);
  if (mechanism === undefined) {
    throw new Error(`mechanism '${name}' version ${version} is not a call`);
  }
  return mechanism;
}

/** The newest version of a call that this release has; nothing for a negotiation or a name that is not known. */
export function newestCall(name: string): AuctionMechanism | undefined {
  return [...(CALLS.get(name)?.values() ?? [])].at(-1);
}

/** What a rule makes of a call; nothing where it refuses one of so many orders. `uniform` refuses no book of a ledger. */
export function clearCall(mechanism: AuctionMechanism, call: Call): Clearing | undefined {
  const isRefused = mechanism.name !== LARGEST && mechanism.refuse(call) !== undefined;
  return isRefused ? undefined : mechanism.clear(call);
}

/** Whether the outcome depends on when orders came. */
export function isByTime({ columns = [] }: AuctionMechanism): boolean {
  return columns.some(({ name, required }) => name === 'time' && required === true);
}

/** Whether the outcome depends on where orders are metered. */
export function isByZone({ columns = [] }: AuctionMechanism): boolean {
  return columns.some(({ name }) => name === 'zone');
}

/** What a market's rules say of the network, as the mechanism takes it. */
export function tablesOf(
  { tables = [] }: AuctionMechanism,
  { network }: Pick<MarketRules, 'network'>,
): Call['tables'] {
  if (network === undefined || !tables.some(isNetwork)) return undefined;
  return { network: network.map(({ from, to, limit }) => ({ from, to, limit_wh: limit })) };
}

/** The most orders in a book of a market with this rule; half of them may be sent, the rest are derived. */
export function bookOrdersMax(mechanism: string): number {
  const isBounded = CALLS.has(mechanism) && mechanism !== LARGEST;
  return isBounded ? CALL_ORDERS_MAX : BOOK_ORDERS_MAX + STANDING_ORDERS_MAX;
}

type SettingRules = Pick<MarketRules, 'kThousandths' | 'settings' | 'network'>;

/** The settings as the mechanism takes them, or the first that it does not take. */
export function readSettings(
  mechanism: AuctionMechanism,
  rules: SettingRules,
):
  | { readonly values: Values }
  | { readonly field: `settings${string}` | 'network'; readonly expected: string } {
  const wrong = refuseNetwork(mechanism, rules);
  if (wrong !== undefined) return { field: 'network', expected: wrong };
  const fields = mechanism.settings.filter((field) => !isK(field));
  const values: Record<string, Value> = {};
  for (const { name, value: text } of rules.settings ?? []) {
    const refused = (expected: string) => ({ field: `settings.${name}` as const, expected });
    const field = fields.find((one) => one.name === name);
    if (field === undefined) return refused(namesOf(mechanism, fields));
    if (Object.hasOwn(values, name)) return refused('each setting once');
    const parsed = parseField(field, text);
    if ('expected' in parsed) return refused(parsed.expected);
    values[name] = parsed.value;
  }
  if (mechanism.settings.some(isK)) {
    values.k = { numerator: BigInt(rules.kThousandths), denominator: 1000n };
  }
  const refusal =
    refuseValues(mechanism.settings, values) ??
    refuseTogether(mechanism, { settings: values, tables: tablesOf(mechanism, rules) });
  return refusal === undefined ? { values } : refusedAs(mechanism, refusal);
}

/**
 * The first setting, or the network, that the named rule does not take, and what it would. Read by the newest version:
 * settings stay when a version comes.
 */
export function refuseSettings(
  rules: Pick<MarketRules, 'mechanism'> & SettingRules,
): { readonly field: string; readonly expected: string } | undefined {
  const mechanism = newestCall(rules.mechanism);
  if (mechanism !== undefined) {
    const read = readSettings(mechanism, rules);
    return 'values' in read ? undefined : read;
  }
  const [first] = rules.settings ?? [];
  if (first === undefined && rules.network === undefined) return undefined;
  const field = first === undefined ? 'network' : `settings.${first.name}`;
  return { field, expected: `none of ${rules.mechanism}` };
}

/** What the rules set, where the ledger has seen that they can. @throws Error when they cannot. */
export function settingsOf(mechanism: AuctionMechanism, rules: SettingRules): Values {
  const read = readSettings(mechanism, rules);
  if ('values' in read) return read.values;
  throw new Error(`${mechanism.name} ${read.field}: expected ${read.expected}`);
}

/** `kThousandths` of the market sets it. */
export function isK({ name, form }: Field): boolean {
  return name === 'k' && form === 'decimal';
}

function namesOf({ name, settings }: AuctionMechanism, fields: readonly Field[]): string {
  const names = fields.map((field) => field.name).join(', ');
  const others = settings.length > fields.length ? ', and k in kThousandths' : '';
  return names === '' ? `none of ${name}${others}` : `${names}${others}`;
}

/** Whether single settings suit each other shows in a call of nothing. */
function refuseTogether(
  mechanism: AuctionMechanism,
  told: Pick<Call, 'settings' | 'tables'>,
): CallRefusal | undefined {
  return mechanism.refuse({ orders: [], lots: () => '', ...told });
}

/** Whoever hangs on no feeder of the network is a zone more. */
const ANYONE: Order = {
  id: '',
  member: '',
  side: 'buy',
  limit: price(0n),
  energy: energy(1n),
  zone: COMMUNITY_ZONE,
};

/** What the network should be instead; nothing where it is as the mechanism needs it. */
function refuseNetwork(
  mechanism: AuctionMechanism,
  rules: Pick<MarketRules, 'network'>,
): string | undefined {
  const { name, tables: declared = [] } = mechanism;
  const table = declared.find(isNetwork);
  if (table === undefined) return rules.network === undefined ? undefined : `none of ${name}`;
  if (rules.network === undefined) return table.required === true ? 'its lines' : undefined;
  const tables = tablesOf(mechanism, rules);
  const refusal = mechanism.refuse({ orders: [ANYONE], lots: () => '0', settings: {}, tables });
  return refusal === undefined ? undefined : `lines that hang together, got ${refusal.code}`;
}

function refusedAs({ settings }: AuctionMechanism, refusal: CallRefusal | { name: string }) {
  const name = 'name' in refusal && typeof refusal.name === 'string' ? refusal.name : undefined;
  const field = settings.find((one) => one.name === name);
  if (field !== undefined) {
    return { field: `settings.${field.name}`, expected: expectedOf(field) } as const;
  }
  const code = 'code' in refusal ? refusal.code : 'nothing';
  return { field: 'settings', expected: `settings that suit each other, got ${code}` } as const;
}
