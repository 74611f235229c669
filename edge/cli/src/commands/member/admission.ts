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

/** As it was written; `place` in front of every field's name in errors. */
export interface WrittenAdmission {
  readonly label: string;
  readonly kind: string;
  /** Joined by `+`; the kind's own where it is empty. */
  readonly roles: string;
  readonly importW: string;
  readonly exportW: string;
  readonly creditEur: string;
}

export const LABEL_LENGTH_MAX = 200;

/**
 * The record is the label alone; what stands on the ledger is a commitment to it under a salt that
 * whoever opens it must have.
 */
export function admissionOf(written: WrittenAdmission, salt: Uint8Array, place = '--'): Admission {
  const { label, kind, roles, importW, exportW, creditEur } = written;
  if (label.length < 1 || label.length > LABEL_LENGTH_MAX) {
    throw new UsageError(`${place}label`, `1 to ${LABEL_LENGTH_MAX} characters`, `${label.length}`);
  }
  const known = kindOf(kind, place);
  return {
    kind: known,
    roles: rolesOf(roles, known, place),
    recordCommitment: sha256(Buffer.concat([salt, Buffer.from(label, 'utf8')])),
    importLimitW: powerField(`${place}import-w`, importW),
    exportLimitW: powerField(`${place}export-w`, exportW),
    creditLimit: moneyField(`${place}credit-eur`, creditEur),
  };
}

function kindOf(text: string, place: string): Kind {
  const kind = KINDS.find((one) => one === text);
  if (kind === undefined) throw new UsageError(`${place}kind`, `one of ${KINDS.join(', ')}`, text);
  return kind;
}

function rolesOf(text: string, kind: Kind, place: string): number {
  if (text === '') return DEFAULT_ROLES[kind];
  return text.split('+').reduce((roles, name) => {
    if (!Object.hasOwn(ROLE, name)) {
      const expected = `roles joined by +, of ${Object.keys(ROLE).join(', ')}`;
      throw new UsageError(`${place}roles`, expected, text);
    }
    return roles | ROLE[name as Role];
  }, 0);
}
