/** A community and members for the tests of this folder. */

import type { Party } from '../party.ts';

export const community: Party = {
  name: 'Energiegemeinschaft Lindengasse',
  address: { street: 'Lindengasse 1', postcode: '1070', city: 'Wien', country: 'AT' },
  status: 'registered',
  vatNumber: 'ATU12345678',
  taxNumber: undefined,
  registrationNumber: 'ZVR 123456789',
};

export const household: Party = {
  name: 'Anna Müller',
  address: { street: 'Lindengasse 7/3', postcode: '1070', city: 'Wien', country: 'AT' },
  status: 'private',
  vatNumber: undefined,
  taxNumber: undefined,
  registrationNumber: undefined,
};

export const bakery: Party = {
  ...household,
  name: 'Bäckerei Kováč & Söhne GmbH',
  status: 'registered',
  vatNumber: 'ATU87654321',
};
