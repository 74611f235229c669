/** What the ledger knows of members: keys, roles, lanes, mandates. Tables 10 to 18. */

import {
  type Codec,
  fieldPaths,
  grouping,
  groupingByKey,
  hash32,
  list,
  optional,
  powerW,
  struct,
  table,
  textUpTo,
  toHex,
  u16,
  u32,
  u64,
  unrolled,
} from '@commonwatt/ledger';
import type { Power } from '@commonwatt/units';
import {
  type Admission,
  inviteCodec,
  type Kind,
  keyCodec,
  kindCodec,
  rolesCodec,
} from './messages.ts';

export interface Member {
  readonly kind: Kind;
  readonly roles: number;
  readonly recordCommitment: Uint8Array;
  readonly importLimitW: Power;
  readonly exportLimitW: Power;
  readonly publicKey: Uint8Array;
  readonly agreementKey: Uint8Array;
  readonly activeFromHeight: number;
  /** From this height on the member may not act. */
  readonly revokedFromHeight: number | undefined;
}
const memberCodec: Codec<Member> = struct<Member>({
  kind: kindCodec,
  roles: rolesCodec,
  recordCommitment: hash32,
  importLimitW: powerW,
  exportLimitW: powerW,
  publicKey: keyCodec,
  agreementKey: keyCodec,
  activeFromHeight: u64,
  revokedFromHeight: optional(u64),
});
export const members = table<number, Member>(10, 'members', u32, memberCodec);

/** A key and the member it belongs to. Old keys stay, ended, so that old blocks can be judged. */
export interface RegisteredKey {
  readonly member: number;
  readonly activeFromHeight: number;
  readonly endedFromHeight: number | undefined;
}
const endedCodec = optional(u64);
const registeredKeyPaths = fieldPaths(['member', 'activeFromHeight', 'endedFromHeight']);
const registeredKeyCodec: Codec<RegisteredKey> = unrolled(
  struct<RegisteredKey>({ member: u32, activeFromHeight: u64, endedFromHeight: endedCodec }),
  {
    write(writer, value) {
      u32.write(writer, value.member);
      u64.write(writer, value.activeFromHeight);
      endedCodec.write(writer, value.endedFromHeight);
    },
    read(reader, field) {
      const paths = registeredKeyPaths(field);
      return {
        member: u32.read(reader, paths[0] as string),
        activeFromHeight: u64.read(reader, paths[1] as string),
        endedFromHeight: endedCodec.read(reader, paths[2] as string),
      };
    },
  },
);
export const keys = table<Uint8Array, RegisteredKey>(11, 'keys', keyCodec, registeredKeyCodec, {
  compact: true,
});

export interface LaneKey {
  readonly key: Uint8Array;
  readonly lane: number;
}
/** The next sequence of a lane. */
const laneKeyPaths = fieldPaths(['key', 'lane']);
const laneKeyCodec: Codec<LaneKey> = unrolled(struct<LaneKey>({ key: keyCodec, lane: u16 }), {
  write(writer, value) {
    keyCodec.write(writer, value.key);
    u16.write(writer, value.lane);
  },
  read(reader, field) {
    const paths = laneKeyPaths(field);
    return {
      key: keyCodec.read(reader, paths[0] as string),
      lane: u16.read(reader, paths[1] as string),
    };
  },
});
interface Lane {
  readonly next: number;
}
const lanePaths = fieldPaths(['next']);
const laneCodec: Codec<Lane> = unrolled(struct<Lane>({ next: u64 }), {
  write(writer, value) {
    u64.write(writer, value.next);
  },
  read(reader, field) {
    const paths = lanePaths(field);
    return {
      next: u64.read(reader, paths[0] as string),
    };
  },
});
export const lanes = table<LaneKey, Lane>(12, 'lanes', laneKeyCodec, laneCodec, { compact: true });

/** Numbers that rise by one: 'members', 'meters'. */
export const counters = table<string, { readonly next: number }>(
  13,
  'counters',
  textUpTo(32),
  struct<{ readonly next: number }>({ next: u32 }),
);

export interface MandateKey {
  readonly member: number;
  readonly delegateKey: Uint8Array;
}
export interface Mandate {
  readonly actionTypes: readonly number[];
  readonly untilMs: number;
}
export const mandates = table<MandateKey, Mandate>(
  14,
  'mandates',
  struct<MandateKey>({ member: u32, delegateKey: keyCodec }),
  struct<Mandate>({ actionTypes: list(u16, 64), untilMs: u64 }),
);

export interface OpenInvite extends Admission {
  readonly inviteKey: Uint8Array;
  readonly expiresMs: number;
}
export const invites = table<Uint8Array, OpenInvite>(15, 'invites', keyCodec, inviteCodec);

/** A recovery under way: visible to everyone entitled until it takes effect. */
export interface Recovery {
  readonly newKey: Uint8Array;
  readonly agreementKey: Uint8Array;
  readonly effectiveMs: number;
}
export const recoveries = table<number, Recovery>(
  16,
  'recoveries',
  u32,
  struct<Recovery>({ newKey: keyCodec, agreementKey: keyCodec, effectiveMs: u64 }),
);

export interface ReadingGrantKey {
  readonly member: number;
  readonly key: Uint8Array;
}
export interface ReadingGrant {
  readonly scopes: number;
  readonly untilMs: number;
}
export const readingGrants = table<ReadingGrantKey, ReadingGrant>(
  17,
  'reading grants',
  struct<ReadingGrantKey>({ member: u32, key: keyCodec }),
  struct<ReadingGrant>({ scopes: u16, untilMs: u64 }),
);

/** A member's keys, ended ones included. */
export const keysOfMember = grouping(keys, (_key, value) => `${value.member}`);
/** The members whose rows a key may read. */
export const grantsOfKey = groupingByKey(readingGrants, (key) => toHex(key.key));
/** The lanes of a key. */
export const lanesOfKey = groupingByKey(lanes, (lane) => toHex(lane.key));
/** The mandates a member has given. */
export const mandatesOfMember = groupingByKey(mandates, (key) => `${key.member}`);
/** The grants to read a member has given. */
export const grantsOfMember = groupingByKey(readingGrants, (key) => `${key.member}`);
/** The recovery that will bring a key in, so that nobody else registers it meanwhile. */
export const recoveryOfKey = grouping(recoveries, (_member, value) => toHex(value.newKey));

/** How large each part may grow. */
export const MEMBERS_MAX = 1_000_000;
export const LANES_MAX = 8;
export const INVITES_MAX = 10_000;
export const RECOVERIES_MAX = 1000;
export const MANDATES_MAX = 16;
export const READING_GRANTS_MAX = 64;
