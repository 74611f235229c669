/**
 * This release's rules with a fault put in on purpose, and with its own alarms cut: what remains is
 * for the second bookkeeper to find.
 */

import {
  ACTION,
  type AccountKind,
  accounts,
  type PayOut,
  type Run,
  ruleBook,
  trades,
} from '@commonwatt/contracts';
import type { AnyActionType, Execution, RuleBook, State } from '@commonwatt/ledger';
import { money } from '@commonwatt/units';

type Apply = AnyActionType['apply'];

/** What an action of a type does wrong once it was done, or where it is taken though it should be refused. */
interface ActionFault {
  readonly type: number;
  readonly isRefusalTaken?: true;
  readonly spoil: (...taken: Parameters<Apply>) => void;
}

/** Faults by name, in what is sent and in what time brings about. */
const ACTION_FAULTS: Readonly<Record<string, ActionFault>> = {
  mint: {
    type: ACTION.transfer,
    spoil: ({ state }, { to }) => change(state, to, 'available', 1n),
  },
  lose: {
    type: ACTION.share,
    spoil: ({ state, actor }) => empty(state, actor.member ?? 0, 'escrow'),
  },
  'keep back what was withdrawn': {
    type: ACTION.withdraw,
    spoil: ({ state, actor: { member = 0 } }) => {
      change(state, member, 'available', -1n);
      change(state, member, 'reserved', 1n);
    },
  },
  'lose the spread': {
    type: ACTION.proposeRun,
    spoil: ({ state }) => empty(state, 0, 'spread'),
  },
  'pay a seller the price of its buyer': {
    type: ACTION.proposeRun,
    spoil({ state }, { run }: { readonly run: Run }) {
      const { spread } = run;
      const seller = run.postings.find(({ amount }) => amount > 0n)?.member;
      if (seller === undefined || spread === 0n) return;
      change(state, 0, 'spread', -spread);
      change(state, seller, 'available', spread);
    },
  },
  'pay again': {
    type: ACTION.proposeRun,
    isRefusalTaken: true,
    spoil: ({ state, actor }) => change(state, actor.member ?? 0, 'available', 1n),
  },
  'pay out twice': {
    type: ACTION.payOut,
    spoil({ state }, { account, amount, member }: PayOut) {
      if (member === undefined) return;
      change(state, 0, account, -amount);
      change(state, member, 'available', amount);
    },
  },
};

const TIME_FAULTS: Readonly<Record<string, (state: State) => void>> = {
  'hold back the price of the seller': (state) => {
    for (const { before, after } of state.changes(trades)) {
      if (before !== undefined || after?.sellerPrice === undefined) continue;
      const { buyer, energy, price, sellerPrice } = after;
      if (sellerPrice < 0n) continue;
      change(state, buyer, 'escrow', -energy * (price - sellerPrice));
      change(state, buyer, 'available', energy * (price - sellerPrice));
    }
  },
};

/** The rules of this release, or with the fault of a name. */
export function rulesWith(plant: string | undefined): RuleBook {
  const execution = ruleBook.executions.get(1);
  if (execution === undefined || plant === undefined) return ruleBook;
  const planted: Execution = {
    ...execution,
    actions: spoiled(execution.actions, ACTION_FAULTS[plant]),
    begin(context) {
      execution.begin(context);
      TIME_FAULTS[plant]?.(context.state);
    },
    checkInvariants: () => undefined,
  };
  return { ...ruleBook, executions: new Map([[1, planted]]) };
}

function spoiled(
  actions: Execution['actions'],
  fault: ActionFault | undefined,
): Execution['actions'] {
  if (fault === undefined) return actions;
  const action = actions.get(fault.type) as AnyActionType;
  const apply: Apply = (context, message) => {
    const refusal = action.apply(context, message);
    const isRefusalTaken = fault.isRefusalTaken === true;
    if ((refusal !== undefined) !== isRefusalTaken) return refusal;
    fault.spoil(context, message);
    return undefined;
  };
  return new Map(actions).set(fault.type, { ...action, apply });
}

function change(state: State, owner: number, kind: AccountKind, by: bigint): void {
  const balance = state.get(accounts, { owner, kind })?.balance ?? 0n;
  state.set(accounts, { owner, kind }, { balance: money(balance + by) });
}

function empty(state: State, owner: number, kind: AccountKind): void {
  state.delete(accounts, { owner, kind });
}
