/** Messages of the identity module: who belongs, with which keys, in which roles. */

import {
  type Codec,
  choice,
  fixedBytes,
  hash32,
  list,
  moneyNano,
  powerW,
  struct,
  u16,
  u32,
  u64,
} from '@commonwatt/ledger';
import type { Money, Power } from '@commonwatt/units';

/** The kinds of participant of Ko and Praca 2021, section 3.2, and the organisations that run it. */
export const KINDS = [
  'factory',
  'energy company',
  'home solar system',
  'solar system',
  'vehicle',
  'office',
  'wearable',
  'IoT device',
  'household',
  'organisation',
] as const;
export type Kind = (typeof KINDS)[number];
export const kindCodec: Codec<Kind> = choice(...KINDS);

/** What a member may do, one bit each. The kind is a label; the roles decide. */
export const ROLE = {
  consumer: 1,
  producer: 2,
  registrar: 4,
  treasurer: 8,
  operator: 16,
  provider: 32,
  checker: 64,
  auditor: 128,
} as const;
export type Role = keyof typeof ROLE;

/** Every bit that means a role. */
export const ROLES_ALL = 255;

/** The roles a kind has unless the registrar says otherwise (Ko and Praca 2021, section 3.2). */
export const DEFAULT_ROLES: Readonly<Record<Kind, number>> = {
  factory: ROLE.consumer,
  'energy company': ROLE.producer,
  'home solar system': ROLE.consumer | ROLE.producer,
  'solar system': ROLE.producer,
  vehicle: ROLE.consumer,
  office: ROLE.consumer,
  wearable: ROLE.consumer,
  'IoT device': ROLE.consumer,
  household: ROLE.consumer,
  organisation: 0,
};

export const rolesCodec: Codec<number> = u16;
export const keyCodec = fixedBytes(32);
export const signatureCodec = fixedBytes(64);

/** What the registrar decides about a new member. */
export interface Admission {
  readonly kind: Kind;
  readonly roles: number;
  /** Salted commitment of the personal record; the record itself never stands on the ledger. */
  readonly recordCommitment: Uint8Array;
  readonly importLimitW: Power;
  readonly exportLimitW: Power;
  readonly creditLimit: Money;
}

const admission = {
  kind: kindCodec,
  roles: rolesCodec,
  recordCommitment: hash32,
  importLimitW: powerW,
  exportLimitW: powerW,
  creditLimit: moneyNano,
} as const;

/** Registers a member whose holder proved possession of the key. Authority: registrars. */
export interface Enrol extends Admission {
  readonly publicKey: Uint8Array;
  /** X25519 key for the mutual key of a trade. */
  readonly agreementKey: Uint8Array;
  /** First height at which the member may act; 0 for at once. */
  readonly activeFromHeight: number;
  /** Signature by `publicKey` over possessionBytes(chain, 'enrol', publicKey, agreementKey). */
  readonly possession: Uint8Array;
}
export const enrolCodec: Codec<Enrol> = struct<Enrol>({
  publicKey: keyCodec,
  agreementKey: keyCodec,
  ...admission,
  activeFromHeight: u64,
  possession: signatureCodec,
});

/** Offers membership to whoever holds the invite's private key, once. Authority: registrars. */
export interface Invite extends Admission {
  readonly inviteKey: Uint8Array;
  readonly expiresMs: number;
}
export const inviteCodec: Codec<Invite> = struct<Invite>({
  inviteKey: keyCodec,
  ...admission,
  expiresMs: u64,
});

export interface CancelInvite {
  readonly inviteKey: Uint8Array;
}
export const cancelInviteCodec: Codec<CancelInvite> = struct<CancelInvite>({ inviteKey: keyCodec });

/** Takes an invite: sent by the new key itself, which thereby proves possession. */
export interface Join {
  readonly inviteKey: Uint8Array;
  /** Signature by the invite key over possessionBytes(chain, 'join', new key). */
  readonly inviteSignature: Uint8Array;
  readonly agreementKey: Uint8Array;
}
export const joinCodec: Codec<Join> = struct<Join>({
  inviteKey: keyCodec,
  inviteSignature: signatureCodec,
  agreementKey: keyCodec,
});

/** Opens a further lane of sequences for the sending key. */
export interface OpenLane {
  readonly lane: number;
}
export const openLaneCodec: Codec<OpenLane> = struct<OpenLane>({ lane: u16 });

/** Replaces the sender's key; the old one ends with this block. */
export interface RotateKey {
  readonly newKey: Uint8Array;
  readonly agreementKey: Uint8Array;
  /** Signature by `newKey` over possessionBytes(chain, 'rotate', newKey, agreementKey). */
  readonly possession: Uint8Array;
}
export const rotateKeyCodec: Codec<RotateKey> = struct<RotateKey>({
  newKey: keyCodec,
  agreementKey: keyCodec,
  possession: signatureCodec,
});

/** Ends a membership from a height on. Authority: registrars. */
export interface RevokeMember {
  readonly member: number;
  readonly fromHeight: number;
}
export const revokeMemberCodec: Codec<RevokeMember> = struct<RevokeMember>({
  member: u32,
  fromHeight: u64,
});

/** Changes roles or connection limits. Authority: registrars. */
export interface AmendMember {
  readonly member: number;
  readonly roles: number;
  readonly importLimitW: Power;
  readonly exportLimitW: Power;
}
export const amendMemberCodec: Codec<AmendMember> = struct<AmendMember>({
  member: u32,
  roles: rolesCodec,
  importLimitW: powerW,
  exportLimitW: powerW,
});

/** Gives a member who lost the key a new one, after a visible delay. Authority: registrars. */
export interface RecoverKey {
  readonly member: number;
  readonly newKey: Uint8Array;
  readonly agreementKey: Uint8Array;
  /** Signature by `newKey` over possessionBytes(chain, 'recover', newKey, agreementKey). */
  readonly possession: Uint8Array;
}
export const recoverKeyCodec: Codec<RecoverKey> = struct<RecoverKey>({
  member: u32,
  newKey: keyCodec,
  agreementKey: keyCodec,
  possession: signatureCodec,
});

/** Stops a recovery that the holder of the present key did not ask for. */
export interface CancelRecovery {
  readonly member: number;
}
export const cancelRecoveryCodec: Codec<CancelRecovery> = struct<CancelRecovery>({ member: u32 });

/** Lets another member's key act for the sender, in the named action types, until an instant. */
export interface GiveMandate {
  readonly delegateKey: Uint8Array;
  readonly actionTypes: readonly number[];
  readonly untilMs: number;
}
export const giveMandateCodec: Codec<GiveMandate> = struct<GiveMandate>({
  delegateKey: keyCodec,
  actionTypes: list(u16, 64),
  untilMs: u64,
});

/**
 * Ends a mandate: sent by the member who gave it, by the delegate who lays it down, or, because a
 * member without a device cannot, by a registrar.
 */
export interface EndMandate {
  /** Who gave the mandate. */
  readonly member: number;
  readonly delegateKey: Uint8Array;
}
export const endMandateCodec: Codec<EndMandate> = struct<EndMandate>({
  member: u32,
  delegateKey: keyCodec,
});

/** What a granted key may read, one bit each. */
export const SCOPE = { balance: 1, orders: 2, trades: 4, readings: 8, statements: 16 } as const;
export type Scope = keyof typeof SCOPE;
/** Every bit that means a scope. */
export const SCOPES_ALL = 31;

/** Lets a key read the sender's personal rows. */
export interface GrantReading {
  readonly key: Uint8Array;
  readonly scopes: number;
  readonly untilMs: number;
}
export const grantReadingCodec: Codec<GrantReading> = struct<GrantReading>({
  key: keyCodec,
  scopes: u16,
  untilMs: u64,
});

export interface EndReading {
  readonly key: Uint8Array;
}
export const endReadingCodec: Codec<EndReading> = struct<EndReading>({ key: keyCodec });
