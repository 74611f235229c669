/** What a registrar decides about a new member, from options or from a row of a file. */

import { sha256 } from '@commonwatt/consensus';
import {
  type Admission,
  DEFAULT_ROLES,
  KINDS,
  type Kind,
  ROLE,
  type Role,
} from '@commonwatt/contracts';
import { UsageError } from '../../terminal/usage-error.ts';
import { moneyField, powerField } from './fields.ts';

/** As it was written. */
export interface WrittenAdmission {
  readonly label: string;
  readonly kind: string;
  /** Joined by `+`; the kind's own where it is empty. */
  readonly roles: string;
  readonly importW: string;
  readonly exportW: string;
  readonly creditEur: string;
}

/** What each field is called where it was written, for errors. */
export type AdmissionPlaces = Readonly<Record<keyof WrittenAdmission, string>>;

const OPTIONS: AdmissionPlaces = {
  label: '--label',
  kind: '--kind',
  roles: '--roles',
  importW: '--import-w',
  exportW: '--export-w',
  creditEur: '--credit-eur',
};

const LABEL_LENGTH_MAX = 200;

/**
 * The record is the label alone; what stands on the ledger is a commitment to it under a salt that
 * whoever opens it must have.
 */
export function admissionOf(
  written: WrittenAdmission,
  salt: Uint8Array,
  places: AdmissionPlaces = OPTIONS,
): Admission {
  const { label, kind, roles, importW, exportW, creditEur } = written;
  if (label.length < 1 || label.length > LABEL_LENGTH_MAX) {
    throw new UsageError(places.label, `1 to ${LABEL_LENGTH_MAX} characters`, `${label.length}`);
  }
  const known = kindOf(kind, places.kind);
  return {
    kind: known,
    roles: rolesOf(roles, known, places.roles),
    recordCommitment: sha256(Buffer.concat([salt, Buffer.from(label, 'utf8')])),
    importLimitW: powerField(places.importW, importW),
    exportLimitW: powerField(places.exportW, exportW),
    creditLimit: moneyField(places.creditEur, creditEur),
  };
}

function kindOf(text: string, place: string): Kind {
  const kind = KINDS.find((one) => one === text);
  if (kind === undefined) throw new UsageError(place, `one of ${KINDS.join(', ')}`, text);
  return kind;
}

function rolesOf(text: string, kind: Kind, place: string): number {
  if (text === '') return DEFAULT_ROLES[kind];
  return text.split('+').reduce((roles, name) => {
    if (!Object.hasOwn(ROLE, name)) {
      const expected = `roles joined by +, of ${Object.keys(ROLE).join(', ')}`;
      throw new UsageError(place, expected, text);
    }
    return roles | ROLE[name as Role];
  }, 0);
}
