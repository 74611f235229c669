/** Which parts of direct purchase a key's roles open. The node decides anew with every question. */

import type { DirectPart } from '../location.ts';

const CENTRE = ['registrar', 'operator', 'treasurer', 'checker', 'auditor'];

export function isOfCentre(roles: readonly string[]): boolean {
  return CENTRE.some((role) => roles.includes(role));
}

export function directPartsOf(roles: readonly string[]): readonly DirectPart[] {
  return isOfCentre(roles) ? ['rounds', 'admissions'] : ['rounds'];
}
