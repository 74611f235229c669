/**
 * Rules have versions. A rule set is active from a height that is written on the ledger; the old
 * versions stay callable, so an old block is judged by the rules of its day. A node that meets a
 * version it does not have stops and says which and where.
 */

import { type Codec, textUpTo, u16, u64 } from './codec.ts';
import { list, struct } from './composite-codec.ts';
import type { State, Table } from './state.ts';
import { type Grouping, type Tally, table } from './state.ts';
import type { ReadTransaction } from './transaction.ts';
import type { Crypto } from './world.ts';

/** An answer that every node must agree on: a code and the facts. */
export interface Refusal {
  readonly code: string;
  readonly [fact: string]: unknown;
}

/** Who acts: a member through one of its keys, or a delegate for a member. */
export interface Actor {
  /** The member whose affairs these are; nothing for a key that is about to join. */
  readonly member: number | undefined;
  /** The key that signed. */
  readonly key: Uint8Array;
  /** The member to whom the key belongs, where it differs: the delegate. */
  readonly delegate: number | undefined;
}

export interface BlockContext {
  readonly state: State;
  readonly crypto: Crypto;
  readonly chain: Uint8Array;
  readonly height: number;
  /** The block's time: the only time there is. */
  readonly timeMs: number;
  /** The hash of the block before. */
  readonly parent: Uint8Array;
  /** The active version of a rule set at this height. */
  version(ruleSet: string): number;
  emit<T>(type: EventType<T>, value: NoInfer<T>): void;
}

export interface ActionContext extends BlockContext {
  readonly actor: Actor;
  readonly transaction: ReadTransaction;
  readonly transactionIndex: number;
  readonly actionIndex: number;
}

/** A kind of thing that happens, and who may see it. */
export interface EventType<T> {
  readonly type: number;
  readonly name: string;
  readonly codec: Codec<T>;
  /** The members it concerns; 'public' for what anyone may see. */
  readonly audience: 'public' | ((value: T) => readonly number[]);
}

/** One kind of action: how its message is read and what it does. */
export interface ActionType<M> {
  readonly type: number;
  readonly name: string;
  readonly codec: Codec<M>;
  /** Applies the message, or says why not. Changes made before a refusal are undone. */
  readonly apply: (context: ActionContext, message: M) => Refusal | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: a list holds actions of every message type
export type AnyActionType = ActionType<any>;
// biome-ignore lint/suspicious/noExplicitAny: a list holds events of every body type
export type AnyEventType = EventType<any>;

/** One version of everything that decides what a block does. */
export interface Execution {
  readonly version: number;
  readonly actions: ReadonlyMap<number, AnyActionType>;
  readonly events: ReadonlyMap<number, AnyEventType>;
  /** Numbers of the refusal codes as they stand in receipts, 1 and up; never renumbered. */
  readonly refusals: ReadonlyMap<string, number>;
  /** Writes the state that the genesis document asks for. */
  genesis(context: BlockContext, parameters: Uint8Array): void;
  /** Algorithm 1 of SETM: who sends this, and is it so? `pending` numbers wait in front of it. */
  authenticate(
    context: BlockContext,
    transaction: ReadTransaction,
    pendingCount: number,
  ): Actor | Refusal;
  /** Marks the sequence as used: done once a transaction stands in a block, refused or not. */
  consume(context: BlockContext, transaction: ReadTransaction, actor: Actor): void;
  /** What time alone brings about: gates close, slots clear, delays end. */
  begin(context: BlockContext): void;
  /** The next instant at which an empty block would do something; nothing if there is none. */
  nextDueMs(state: State, nowMs: number): number | undefined;
  /** @throws Error when money or energy is not conserved: an impossible state stops the node. */
  checkInvariants(state: State): void;
}

/** Everything this node can judge by. */
export interface RuleBook {
  // biome-ignore lint/suspicious/noExplicitAny: tables of every key and value type stand together
  readonly tables: readonly Table<any, any>[];
  // biome-ignore lint/suspicious/noExplicitAny: groupings of every table stand together
  readonly groupings: readonly Grouping<any, any>[];
  readonly tallies?: readonly Tally[];
  readonly executions: ReadonlyMap<number, Execution>;
  /** The versions of every other rule set that this node has, by name. */
  readonly others: ReadonlyMap<string, readonly number[]>;
}

export interface Activation {
  readonly version: number;
  readonly fromHeight: number;
}

/** Which version of which rule set is active from which height on. Table 0 belongs to the kernel. */
export const activations: Table<string, { readonly history: readonly Activation[] }> = table(
  0,
  'rules',
  textUpTo(64),
  struct<{ readonly history: readonly Activation[] }>({
    history: list(struct<Activation>({ version: u16, fromHeight: u64 }), 1000),
  }),
);

export const EXECUTION = 'execution';

/** A rule set is active on the ledger in a version that this node does not have. */
export class UnknownRulesError extends Error {
  override readonly name = 'UnknownRulesError';
  readonly ruleSet: string;
  readonly version: number;
  /** From where on they are active. */
  readonly height: number;
  /** `askedHeight` is the height to be judged, where it is another. */
  constructor(ruleSet: string, version: number, height: number, askedHeight = height) {
    const asked = askedHeight === height ? '' : `, asked for height ${askedHeight}`;
    super(
      `rules '${ruleSet}' version ${version}, active from height ${height}, are not part of this ` +
        `program${asked}: install a release that has them`,
    );
    this.ruleSet = ruleSet;
    this.version = version;
    this.height = height;
  }
}

/** The version of a rule set that is active at a height: 1 unless the ledger says otherwise. */
export function activeVersion(state: State, ruleSet: string, height: number): number {
  return activeActivation(state, ruleSet, height)?.version ?? 1;
}

export function activeActivation(
  state: State,
  ruleSet: string,
  height: number,
): Activation | undefined {
  return state.get(activations, ruleSet)?.history.findLast((one) => one.fromHeight <= height);
}

/** @throws UnknownRulesError when a rule set active at `height` is not in the book. */
export function requireKnownRules(book: RuleBook, state: State, height: number): void {
  for (const [ruleSet] of state.entries(activations)) {
    const active = activeActivation(state, ruleSet, height);
    if (active === undefined) continue;
    const known =
      ruleSet === EXECUTION
        ? book.executions.has(active.version)
        : (book.others.get(ruleSet)?.includes(active.version) ?? false);
    if (!known) throw new UnknownRulesError(ruleSet, active.version, active.fromHeight, height);
  }
}

/** Writes an activation; the caller has decided that it may. */
export function activate(state: State, ruleSet: string, activation: Activation): void {
  const history = state.get(activations, ruleSet)?.history ?? [];
  state.set(activations, ruleSet, { history: [...history, activation] });
}
