/** Who stands on a document: the community that issues it, or the member it is for. */

/**
 * How a party is taxed. A `private` person owes no value added tax and shows none; a `small business` is
 * exempt; a `registered` one charges it; `reverse charge` is a registered one that resells energy and so owes
 * the tax of what registered parties sell to it.
 */
export const TAX_STATUSES = ['private', 'small business', 'registered', 'reverse charge'] as const;
export type TaxStatus = (typeof TAX_STATUSES)[number];

export interface Address {
  readonly street: string;
  readonly postcode: string;
  readonly city: string;
  /** Two letters, ISO 3166-1. */
  readonly country: string;
}

export interface Party {
  readonly name: string;
  readonly address: Address;
  readonly status: TaxStatus;
  /** For value added tax, such as ATU12345678. Who charges or owes the tax has one. */
  readonly vatNumber: string | undefined;
  /** The tax office's own number; where there is one. */
  readonly taxNumber: string | undefined;
  /** The number of a public register of companies or associations; where there is one. */
  readonly registrationNumber: string | undefined;
}

const TEXT_LENGTH_MAX = 200;

/** What of a party's data a document cannot be made with, each as `field: expected ..., got ...`. */
export function flawsOfParty(party: Party, place: string): readonly string[] {
  const { name, address, status, vatNumber, taxNumber } = party;
  const flaws: string[] = [];
  const texts = { name, street: address.street, postcode: address.postcode, city: address.city };
  for (const [field, text] of Object.entries(texts)) {
    if (text.trim().length < 1 || text.length > TEXT_LENGTH_MAX) {
      flaws.push(`${place}.${field}: expected 1 to ${TEXT_LENGTH_MAX} characters`);
    }
  }
  if (!/^[A-Z]{2}$/.test(address.country)) {
    flaws.push(`${place}.country: expected two capital letters, got '${address.country}'`);
  }
  if (!TAX_STATUSES.includes(status)) {
    flaws.push(`${place}.status: expected one of ${TAX_STATUSES.join(', ')}, got '${status}'`);
  }
  if (chargesTax(status) && vatNumber === undefined) {
    flaws.push(`${place}.vatNumber: expected one of a party that is ${status}, got none`);
  }
  if (status === 'small business' && vatNumber === undefined && taxNumber === undefined) {
    // EN 16931-1, BR-E-02: who is exempt names one of the two.
    flaws.push(`${place}.taxNumber: expected it or a vatNumber of a small business, got neither`);
  }
  if (vatNumber !== undefined && !/^[A-Z]{2}[0-9A-Z]{2,13}$/.test(vatNumber)) {
    // EN 16931-1, BR-CO-09: the number begins with the country that gave it.
    flaws.push(`${place}.vatNumber: expected a country's two letters and its number`);
  }
  return flaws;
}

/** Whether a seller of this status is a taxable person that is not exempt. */
export function chargesTax(status: TaxStatus): boolean {
  return status === 'registered' || status === 'reverse charge';
}
