/** The kinds of participant that SETM names (Ko and Praça 2021, section 3.2 and Figure 2). */
export type MemberKind =
  | 'factory'
  | 'energy-company'
  | 'home-solar-system'
  | 'solar-system'
  | 'vehicle'
  | 'office'
  | 'wearable'
  | 'iot-device'
  | 'household';

export type MemberRole = 'producer' | 'consumer';

/**
 * Roles by kind as the paper gives them: energy company and solar system produce, a home solar
 * system does either or both, the others consume.
 */
export const DEFAULT_ROLES: Readonly<Record<MemberKind, readonly MemberRole[]>> = {
  factory: ['consumer'],
  'energy-company': ['producer'],
  'home-solar-system': ['producer', 'consumer'],
  'solar-system': ['producer'],
  vehicle: ['consumer'],
  office: ['consumer'],
  wearable: ['consumer'],
  'iot-device': ['consumer'],
  household: ['consumer'],
};
