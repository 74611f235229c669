/**
 * What the HTTP doors ask of the node, one small interface for each desk. The composition root
 * fills them; the doors know nothing of stores, keys or services behind them.
 */

import type { EmbeddedEngine, SteadyClock } from '@commonwatt/consensus';
import type { SettledLine, SharingEntry, SlotLine, Stage } from '@commonwatt/contracts';
import type { Clock, Crypto, Ledger } from '@commonwatt/ledger';
import type { Energy, Money, Price } from '@commonwatt/units';
import type { BillingDesk } from './billing/billing-desk.ts';
import type { CertificateDesk } from './certificates/certificate-desk.ts';
import type { CheckpointDesk } from './checkpoint-desk.ts';
import type { DeskRefusal } from './desk-refusal.ts';
import type { MqttFigures } from './mqtt/mqtt-figures.ts';
import type { AccessRow, Read } from './personal/access-log.ts';
import type { SharingDifference } from './personal/sharing-store.ts';
import type { Projections } from './projections/projections.ts';
import type { ReadingsDesk } from './readings-desk.ts';

export type { DeskRefusal } from './desk-refusal.ts';
export type { ReadingsDesk, SignedReading, SignedWord, StoredReading } from './readings-desk.ts';

export interface PersonalDesk {
  /** The member's name or address as the registrar keeps it, encrypted under its own key. */
  label(member: number): string | undefined;
  putLabel(member: number, label: string): Promise<void>;
  /** Destroys the member's key: nothing personal of it can be read again. */
  erase(member: number): Promise<void>;
}

export interface StatementLine {
  readonly trade: Uint8Array;
  readonly slotMs: number;
  readonly side: 'buy' | 'sell';
  readonly counterparty: number;
  readonly traded: Energy;
  readonly delivered: Energy;
  readonly price: Price;
  readonly money: Money;
  /** One plain sentence on why this amount. */
  readonly words: string;
}

/** A slot line, and how far its period is settled. */
export interface SettledSlot {
  readonly stage: Stage;
  readonly sequence: number;
  readonly line: SlotLine;
}

export interface Statement {
  readonly periodFromMs: number;
  readonly periodUntilMs: number;
  readonly runHash: Uint8Array;
  readonly stage: Stage;
  readonly sequence: number;
  /** The trades' part, and what beside them the run comes to. */
  readonly amount: Money;
  readonly charge: Money;
  readonly bought: Energy;
  readonly sold: Energy;
  readonly renewable: Energy;
  readonly lines: readonly StatementLine[];
}

/** What a run that stands open says of a member, and what opens its lines. */
export interface OpenStatement {
  readonly periodFromMs: number;
  readonly periodUntilMs: number;
  readonly runHash: Uint8Array;
  readonly stage: Stage;
  readonly sequence: number;
  /** It takes effect then, or once enough checkers signed it after that. */
  readonly earliestMs: number;
  readonly amount: Money;
  readonly charge: Money;
  readonly linesRoot: Uint8Array;
  readonly lines: readonly SettledLine[];
}

export interface StatementDesk {
  /** Of runs that stand open, by rising period. */
  open(member: number): readonly OpenStatement[];
  /** Newest first. */
  of(member: number, fromMs: number, untilMs: number, limit: number): readonly Statement[];
  /** What the last runs say of the slots of a span, slot by slot, beside the trades. */
  slots(member: number, fromMs: number, untilMs: number): ReadonlyMap<number, SettledSlot>;
  /** The proof file of a member and period: see the bundle's format in the client's README. */
  bundle(member: number, fromMs: number, untilMs: number): unknown;
}

/** Inputs of sharing after delivery, kept off the ledger. */
export interface SharingDesk {
  /** Each entry's own answer: nothing when it was stored, on disk when it returns. */
  take(entries: readonly SharingEntry[]): readonly (DeskRefusal | undefined)[];
  /** Allocated values that did not stand in the last runs of a span, by instant and member. */
  differences(fromMs: number, untilMs: number): readonly SharingDifference[];
}

export interface MailboxMessage {
  readonly from: number;
  readonly sequence: number;
  readonly sealed: Uint8Array;
  readonly receivedMs: number;
}

/** Sealed messages between the two parties of a negotiation; the node cannot read them. */
export interface Mailbox {
  messages(negotiation: string): readonly MailboxMessage[];
  post(negotiation: string, message: Omit<MailboxMessage, 'receivedMs'>): DeskRefusal | undefined;
}

/** Who else read a member's personal rows. */
export interface AccessLogDesk {
  /** Kept before the answer leaves. */
  note(read: Read): void;
  /** The newest rows of the span, oldest first. */
  of(member: number, fromMs: number, untilMs: number, limit: number): readonly AccessRow[];
}

export interface CommunityFigures {
  readonly dayFromMs: number;
  readonly tradedWh: Energy;
  readonly tradedValue: Money;
  readonly averagePrice: Price | undefined;
  readonly supplierPrice: Price | undefined;
  readonly feedInPrice: Price | undefined;
  readonly localShareThousandths: number | undefined;
  readonly settledUntilMs: number | undefined;
  readonly kinds: readonly { readonly kind: string; readonly members: number }[];
}

/** Everything behind the doors. */
export interface Desks {
  readonly ledger: Ledger;
  readonly engine: EmbeddedEngine;
  readonly crypto: Crypto;
  /** The market's clock: accelerated in a demonstration. */
  readonly clock: Clock;
  readonly projections: Projections;
  readonly checkpoints: CheckpointDesk;
  readonly readings: ReadingsDesk;
  readonly personal: PersonalDesk;
  readonly statements: StatementDesk;
  readonly billing: BillingDesk;
  readonly sharing: SharingDesk;
  readonly mailbox: Mailbox;
  readonly accessLog: AccessLogDesk;
  /** The clock of a node in real time, which does not follow every step of the machine's. */
  readonly clockWatch: SteadyClock | undefined;
  /** The door for devices that speak MQTT, where it is open. */
  readonly mqtt: MqttFigures | undefined;
  /** The ledger of certificates beside the market's, where the node keeps one. */
  readonly certificates: CertificateDesk | undefined;
  community(): CommunityFigures;
  /** What a committed block did, in business words that name nobody. */
  words(height: number): readonly string[];
  /** Why a slot has its price, in one sentence. */
  why(market: number, slotMs: number): string | undefined;
}
