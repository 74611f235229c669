/** Which parts of direct purchase a key's roles open. The node decides anew with every question. */

import type { DirectPart } from '../location.ts';

const CENTRE = ['registrar', 'operator', 'treasurer', 'checker', 'auditor'];

export function isOfCentre(roles: readonly string[]): boolean {
  return CENTRE.some((role) => roles.includes(role));
}

/** Certificates and peg only where the node keeps a ledger of certificates. */
export function directPartsOf(
  roles: readonly string[],
  hasCertificates: boolean,
): readonly DirectPart[] {
  return [
    'rounds',
    ...(isOfCentre(roles) ? (['admissions'] as const) : []),
    ...(hasCertificates ? (['certificates', 'peg'] as const) : []),
  ];
}
