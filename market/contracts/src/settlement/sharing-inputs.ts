/**
 * What sharing after delivery is computed from beside readings: the organiser's parts of an interval,
 * the limits of standing orders over metered energy, and the values that a grid operator allocated.
 * They tell what a member uses, so they stay off the ledger; a run commits to those it used under one
 * salted root, and whoever executes it again needs the same ones.
 */

import {
  asciiBytes,
  type Codec,
  choice,
  concatBytes,
  encode,
  energyWh,
  fixedBytes,
  leafHash,
  optional,
  priceNano,
  type Sha256,
  struct,
  treeRoot,
  u32,
  u64,
} from '@commonwatt/ledger';
import type { AllocatedInterval } from '@commonwatt/mechanisms';
import type { Energy, Price } from '@commonwatt/units';
import type { Period } from '../metering/period.ts';
import type { SharingMode } from './policy.ts';
import { SALT_LENGTH, saltOf } from './salts.ts';

/** In the order in which they stand under a root. */
export const SHARING_KINDS = ['share', 'limit', 'allocated'] as const;
export type SharingKind = (typeof SHARING_KINDS)[number];

/** One input for one member: an organiser's part, a standing order's limits, or allocated values. */
export interface SharingEntry {
  readonly kind: SharingKind;
  /** The interval's beginning; of a limit the instant from which it holds, until the member's next. */
  readonly slotMs: number;
  readonly member: number;
  /** Of a share: the part of the interval's production. */
  readonly shareMillionths?: number | undefined;
  /** Of a limit: nothing for a side on which the member takes no part. */
  readonly buy?: Price | undefined;
  readonly sell?: Price | undefined;
  /** Of allocated values. */
  readonly received?: Energy | undefined;
  readonly given?: Energy | undefined;
}

/** At what limits a member's standing orders take part in a market after delivery. */
export interface StandingLimits {
  readonly fromMs: number;
  readonly buy?: Price | undefined;
  readonly sell?: Price | undefined;
}

/** The entries of a run, as sharing looks them up. */
export interface SharingInputs {
  /** Simple dynamic sharing: the organiser's millionths by the interval's beginning and member. */
  readonly intervalShares?: ReadonlyMap<number, ReadonlyMap<number, number>> | undefined;
  /** Full dynamic and hybrid sharing: by member, by rising instant. */
  readonly limits?: ReadonlyMap<number, readonly StandingLimits[]> | undefined;
  /** Where the operator allocates: its values by the slot's beginning. */
  readonly allocated?: ReadonlyMap<number, AllocatedInterval> | undefined;
}

/** What a rule looks at beside readings and the policy's keys; the others look at nothing. */
export function sharingKindOf(mode: SharingMode): SharingKind | undefined {
  if (mode === 'simple dynamic') return 'share';
  if (mode === 'full dynamic' || mode === 'hybrid') return 'limit';
  return mode === 'operator' ? 'allocated' : undefined;
}

/**
 * The entries that a run of a period looks at, by rising instant and member: of its rule's kind, in the
 * period, and of limits also the last one of each member that began before it.
 * @throws RangeError for two entries of one kind, instant and member
 */
export function sharingEntriesOf(
  entries: readonly SharingEntry[],
  mode: SharingMode,
  { periodFromMs, periodUntilMs }: Period,
): readonly SharingEntry[] {
  const kind = sharingKindOf(mode);
  const rising = entries
    .filter((one) => one.kind === kind && one.slotMs < periodUntilMs)
    .sort((a, b) => a.slotMs - b.slotMs || a.member - b.member);
  rising.forEach((one, at) => {
    const before = rising[at - 1];
    if (before?.slotMs === one.slotMs && before.member === one.member) {
      const { slotMs, member } = one;
      throw new RangeError(
        `sharing: expected one ${kind} of member ${member} at ${slotMs}, got two`,
      );
    }
  });
  if (kind !== 'limit') return rising.filter(({ slotMs }) => slotMs >= periodFromMs);
  const standing = new Map<number, SharingEntry>();
  for (const one of rising) if (one.slotMs <= periodFromMs) standing.set(one.member, one);
  return rising.filter((one) => one.slotMs > periodFromMs || standing.get(one.member) === one);
}

/** Expects entries by rising instant. */
export function sharingInputsOf(entries: readonly SharingEntry[]): SharingInputs {
  const intervalShares = new Map<number, Map<number, number>>();
  const limits = new Map<number, StandingLimits[]>();
  const allocated = new Map<
    number,
    { readonly received: Map<number, bigint>; readonly given: Map<number, bigint> }
  >();
  for (const { kind, slotMs, member, ...values } of entries) {
    if (kind === 'share') {
      const ofSlot = intervalShares.get(slotMs) ?? new Map<number, number>();
      intervalShares.set(slotMs, ofSlot.set(member, values.shareMillionths ?? 0));
    } else if (kind === 'limit') {
      const { buy, sell } = values;
      limits.set(member, [...(limits.get(member) ?? []), { fromMs: slotMs, buy, sell }]);
    } else {
      const ofSlot = allocated.get(slotMs) ?? { received: new Map(), given: new Map() };
      ofSlot.received.set(member, values.received ?? 0n);
      ofSlot.given.set(member, values.given ?? 0n);
      allocated.set(slotMs, ofSlot);
    }
  }
  return { intervalShares, limits, allocated };
}

/** The limits that hold at an instant: the last ones that have begun. */
export function limitsAt(
  limits: readonly StandingLimits[] | undefined,
  instantMs: number,
): StandingLimits | undefined {
  return limits?.findLast(({ fromMs }) => fromMs <= instantMs);
}

const SHARING_DOMAIN = asciiBytes('commonwatt/sharing-input/1');

interface SaltedEntry extends SharingEntry {
  readonly salt: Uint8Array;
}
const entryCodec: Codec<SaltedEntry> = struct<SaltedEntry>({
  salt: fixedBytes(SALT_LENGTH),
  kind: choice(...SHARING_KINDS),
  slotMs: u64,
  member: u32,
  shareMillionths: optional(u32),
  buy: optional(priceNano),
  sell: optional(priceNano),
  received: optional(energyWh),
  given: optional(energyWh),
});

/**
 * RFC 6962 root over the salted entries of those who have a secret in the run: whom it does not
 * concern takes no part in the sharing either. Expects entries by rising instant and member.
 */
export function sharingRootOf(
  sha256: Sha256,
  entries: readonly SharingEntry[],
  secrets: ReadonlyMap<number, Uint8Array>,
): Uint8Array {
  const leaves = entries.flatMap((one) => {
    const secret = secrets.get(one.member);
    if (secret === undefined) return [];
    const place = SHARING_KINDS.indexOf(one.kind);
    const salt = saltOf(sha256, secret, 'sharing', place, one.slotMs);
    const entry: SaltedEntry = {
      salt,
      kind: one.kind,
      slotMs: one.slotMs,
      member: one.member,
      shareMillionths: one.shareMillionths,
      buy: one.buy,
      sell: one.sell,
      received: one.received,
      given: one.given,
    };
    return [leafHash(sha256, concatBytes(SHARING_DOMAIN, encode(entryCodec, entry)))];
  });
  return treeRoot(sha256, leaves);
}
