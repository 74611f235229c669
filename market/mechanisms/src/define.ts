/**
 * Makes a mechanism of its line and its rule: what every mechanism checks is checked here, so that
 * a rule's own file holds the rule alone and may rely on orders, settings, columns and tables being
 * as declared, fallbacks filled in.
 */

import type { Field } from './field.ts';
import { refuseValues, withFallbacks } from './field.ts';
import type {
  AuctionMechanism,
  Call,
  CallRefusal,
  Clearing,
  InputsRefusal,
  MechanismLine,
  Property,
  Shares,
  SharingMechanism,
  SharingProperty,
} from './mechanism.ts';
import { clearWithMinimums, refuseMinimums } from './minimum-quantity.ts';
import type { Order } from './order.ts';
import { refuseOrders } from './order.ts';
import type { LinearProblem } from './solver.ts';

type Rule = MechanismLine & {
  /** What else hangs together; asked after everything that is declared has been checked. */
  readonly refuseMore?: (call: Call) => CallRefusal | undefined;
  readonly problem?: (call: Call) => LinearProblem;
  /**
   * What is wrong with the candidate of a call in which all else is right. A rule that has this cannot go without a
   * candidate: a call that brings none is refused as `candidate_missing`.
   */
  readonly refuseCandidate?: (call: Call) => CallRefusal | undefined;
};

export function defineAuction(
  rule: Rule & {
    readonly properties: readonly Property[];
    readonly clear: (call: Call) => Clearing;
  },
): AuctionMechanism {
  const { clear, refuseMore: _, refuseCandidate: __, ...line } = rule;
  const checked = checking(rule);
  return {
    ...line,
    ...checked,
    kind: 'auction',
    clear: (call) => clearWithMinimums(checked.settled(call), clear),
  };
}

export function defineSharing(
  rule: Rule & {
    readonly properties: readonly SharingProperty[];
    readonly share: (call: Call) => Shares;
  },
): SharingMechanism {
  const { share, refuseMore: _, refuseCandidate: __, ...line } = rule;
  const checked = checking(rule, { isSharing: true });
  return { ...line, ...checked, kind: 'sharing', share: (call) => share(checked.settled(call)) };
}

function checking(rule: Rule, { isSharing = false } = {}) {
  const { name, settings, refuseMore, refuseCandidate, problem } = rule;
  const filled = (call: Call): Call => ({
    ...call,
    settings: withFallbacks(settings, call.settings),
  });
  const refuseGiven = (call: Call): CallRefusal | undefined =>
    refuseInputs(rule, call) ??
    refuseOrders(call.orders, call.lots) ??
    refuseMinimums(call) ??
    (isSharing || problem !== undefined ? refuseMinimum(call) : undefined) ??
    refuseMore?.(filled(call));
  const refuse = (call: Call): CallRefusal | undefined => {
    const refusal = refuseGiven(call);
    if (refusal !== undefined || refuseCandidate === undefined) return refusal;
    return call.candidate === undefined
      ? { code: 'candidate_missing' }
      : refuseCandidate(filled(call));
  };
  const settled = (call: Call, refusing = refuse): Call => {
    const refusal = refusing(call);
    if (refusal === undefined) return filled(call);
    throw new RangeError(`${name}: expected a call that can be cleared, got ${refusal.code}`);
  };
  return {
    refuse,
    settled,
    ...(problem && { problem: (call: Call) => problem(settled(call, refuseGiven)) }),
  };
}

/** A candidate answers one problem: it is not cleared again without an order. Sharing leaves no order out. */
function refuseMinimum({ orders }: Call): CallRefusal | undefined {
  const short = orders.find(({ least }) => least !== undefined);
  if (short === undefined) return undefined;
  const refusal = { code: 'minimum_unsupported', id: short.id };
  return refusal;
}

/** Checks settings, columns and tables against a line's declarations. */
function refuseInputs(line: MechanismLine, call: Call): InputsRefusal | undefined {
  const { settings, columns = [], tables = [] } = line;
  const refusal = refuseValues(settings, call.settings);
  if (refusal !== undefined) return refusal;
  const extra = columns.filter((one) => !isOwnField(one));
  const timed = columns.some(({ name, required }) => name === 'time' && required === true);
  const zoned = columns.some(({ name, required }) => name === 'zone' && required === true);
  for (const order of call.orders) {
    if (timed && order.time === undefined) return missing(order, 'time');
    if (zoned && order.zone === undefined) return missing(order, 'zone');
    const fault = extra.length === 0 ? undefined : refuseValues(extra, declaredOf(extra, order));
    if (fault?.code === 'setting_missing') return missing(order, fault.name);
    if (fault !== undefined) return { code: 'column_refused', id: order.id, fault };
  }
  for (const { name, columns: fields, required = false } of tables) {
    const rows = call.tables?.[name];
    if (rows === undefined && required) return { code: 'table_missing', table: name };
    for (const [row, values] of (rows ?? []).entries()) {
      const fault = refuseValues(fields, values);
      if (fault !== undefined) return { code: 'table_refused', table: name, row, fault };
    }
  }
  return undefined;
}

/** Columns of other mechanisms do no harm: one file of orders serves several. */
function declaredOf(fields: readonly Field[], { extra = {} }: Order) {
  return Object.fromEntries(
    Object.entries(extra).filter(([name]) => fields.some((field) => field.name === name)),
  );
}

/** Whether a column is a field of Order itself. */
function isOwnField({ name }: Field): boolean {
  return name === 'time' || name === 'zone';
}

function missing({ id }: Order, column: string): InputsRefusal {
  return { code: 'column_missing', id, column };
}
