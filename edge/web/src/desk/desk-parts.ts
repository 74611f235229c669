/** Which of the operator's screens a key's roles open. The node decides anew with every question. */

import type { DeskPart } from '../location.ts';

const ROLES: readonly (readonly [DeskPart, readonly string[]])[] = [
  ['import', ['provider']],
  ['quality', ['operator', 'provider', 'auditor']],
  ['records', ['registrar', 'treasurer']],
  ['billing', ['treasurer']],
  ['markets', ['operator']],
];

export function deskPartsOf(roles: readonly string[]): readonly DeskPart[] {
  return ROLES.filter(([, needed]) => needed.some((role) => roles.includes(role))).map(
    ([part]) => part,
  );
}
