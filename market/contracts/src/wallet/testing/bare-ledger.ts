/**
 * Modules on a bare state: no signatures, no storage, no genesis document. A test names the members
 * and the block times; actions run as the ledger runs them, undone where they are refused, and
 * every block ends with the invariants.
 */

import {
  type ActionContext,
  type AnyActionType,
  type BlockContext,
  type Codec,
  type Crypto,
  decode,
  type EventType,
  encode,
  type ReadTransaction,
  State,
  utf8Bytes,
} from '@commonwatt/ledger';
import { type Money, money, power } from '@commonwatt/units';
import type { ContractModule } from '../../execution/module.ts';
import type { GenesisParameters } from '../../genesis-parameters.ts';
import { thresholds } from '../../governance/state.ts';
import { ROLE } from '../../identity/messages.ts';
import { type Member, members } from '../../identity/state.ts';
import { parameters } from '../../parameters.ts';
import { type ContractRefusal, refusalNumbers } from '../../refusals.ts';
import { account, ISSUANCE, move } from '../accounts.ts';

/** 1 January 2026, 00:00 UTC. */
export const BEGIN_MS = 1_767_225_600_000;

const ZERO = new Uint8Array(32);

export interface Happened {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: events of every body stand in one list
  readonly value: any;
}

export class BareLedger {
  readonly state: State;
  readonly modules: readonly ContractModule[];
  readonly crypto: Crypto;
  timeMs = BEGIN_MS;
  height = 0;
  parent: Uint8Array;
  /** What the block under way has emitted. */
  events: Happened[] = [];
  #nextMember = 1;
  #nextTransaction = 1;

  constructor(sha256: Crypto['sha256'], modules: readonly ContractModule[]) {
    this.crypto = { sha256, verify: () => false };
    this.modules = modules;
    this.parent = sha256(utf8Bytes('parent of 0'));
    this.state = new State(
      [members, parameters, thresholds, ...modules.flatMap((one) => one.tables)],
      modules.flatMap((one) => one.groupings),
      modules.flatMap((one) => one.tallies ?? []),
    );
  }

  genesis(parameters: Partial<GenesisParameters>): void {
    const whole: GenesisParameters = {
      currency: 'EUR',
      founders: [],
      registrarThreshold: 1,
      treasurerThreshold: 1,
      operatorThreshold: 1,
      checkerThreshold: 1,
      recoveryDelayMs: 0,
      markets: [],
      ...parameters,
    };
    for (const module of this.modules) module.genesis?.(this.context(), whole);
  }

  context(): BlockContext {
    return {
      state: this.state,
      crypto: this.crypto,
      chain: ZERO,
      height: this.height,
      timeMs: this.timeMs,
      parent: this.parent,
      version: () => 1,
      emit: <T>(type: EventType<T>, value: T) => {
        const read = decode(type.codec, encode(type.codec, value), type.name);
        this.events.push({ name: type.name, value: read });
      },
    };
  }

  /** A member that is active: consumer and producer with a wide connection unless told otherwise. */
  member(changes: Partial<Member> = {}): number {
    const number = this.#nextMember++;
    this.state.set(members, number, {
      kind: 'home solar system',
      roles: ROLE.consumer | ROLE.producer,
      recordCommitment: ZERO,
      importLimitW: power(40_000n),
      exportLimitW: power(40_000n),
      publicKey: ZERO,
      agreementKey: ZERO,
      activeFromHeight: 0,
      revokedFromHeight: undefined,
      ...changes,
    });
    return number;
  }

  amend(member: number, changes: Partial<Member>): void {
    const before = this.state.get(members, member);
    if (before === undefined) throw new Error(`member ${member}: expected one that was made`);
    this.state.set(members, member, { ...before, ...changes });
  }

  pay(member: number, nano: bigint): void {
    move(this.state, ISSUANCE, account(member, 'available'), money(nano) as Money);
  }

  /** The id of the transaction in which the next action will stand. */
  nextTransactionId(): Uint8Array {
    return this.crypto.sha256(utf8Bytes(`transaction ${this.#nextTransaction}`));
  }

  /** Runs one action in a transaction of its own, and answers its refusal. */
  run<M>(member: number, action: AnyActionType, message: M): ContractRefusal | undefined {
    const id = this.nextTransactionId();
    this.#nextTransaction += 1;
    return this.runAs(member, action, message, { id, index: 0 });
  }

  runAs<M>(
    member: number,
    action: AnyActionType,
    message: M,
    at: { readonly id: Uint8Array; readonly index: number },
  ): ContractRefusal | undefined {
    const { codec } = action as { codec: Codec<M> };
    const context: ActionContext = {
      ...this.context(),
      actor: { member, key: ZERO, delegate: undefined },
      transaction: { id: at.id } as ReadTransaction,
      transactionIndex: 0,
      actionIndex: at.index,
    };
    const mark = this.state.mark();
    const before = this.events.length;
    const refusal = action.apply(context, decode(codec, encode(codec, message), action.name));
    if (refusal === undefined) return undefined;
    this.state.rollback(mark);
    this.events.length = before;
    if (!refusalNumbers.has(refusal.code)) throw new Error(`refusal ${refusal.code} has no number`);
    return refusal as ContractRefusal;
  }

  /** 'done' or the refusal's code. */
  code<M>(member: number, action: AnyActionType, message: M): string {
    return this.run(member, action, message)?.code ?? 'done';
  }

  /** Ends the block under way and begins the next. Answers what its beginning emitted. */
  block(timeMs = this.timeMs + 1000): readonly Happened[] {
    this.endBlock();
    this.parent = this.crypto.sha256(utf8Bytes(`block ${this.height}`));
    this.height += 1;
    this.timeMs = timeMs;
    this.events = [];
    for (const module of this.modules) module.begin?.(this.context());
    return [...this.events];
  }

  /** The invariants over what the block changed, which then is final. */
  endBlock(): void {
    for (const module of this.modules) module.checkInvariants?.(this.state);
    this.state.settle();
  }

  named(name: string): readonly unknown[] {
    return this.events.filter((one) => one.name === name).map((one) => one.value);
  }
}
