/** What the demonstration bills by, and who its residents are. All of it is made up. */

import { singleVatRate } from '@commonwatt/contracts';
import type { BillingSettings, CommunityNode } from '@commonwatt/node';
import type { Street } from '@commonwatt/simulator';
import { money, price } from '@commonwatt/units';
import type { Resident } from './street-members.ts';

/** Where the street's days begin: its profiles and its weather are German. */
export const DEMO_TIME_ZONE = 'Europe/Berlin';

const address = (street: string) => ({ street, postcode: '1070', city: 'Wien', country: 'AT' });

export function streetBilling({ supplierPrice, feedInPrice }: Street): BillingSettings {
  return {
    issuer: {
      name: 'Energy community of the demonstration street',
      address: address('Lindengasse 1'),
      status: 'registered',
      vatNumber: 'ATU00000000',
      taxNumber: undefined,
      registrationNumber: undefined,
    },
    issuerIban: undefined,
    rules: {
      name: 'rules of the demonstration',
      version: 1,
      currency: 'EUR',
      vatRates: [singleVatRate(2000)],
      series: {
        invoice: { prefix: 'DEMO-RE-', start: 1, digits: 4 },
        'self-billed credit note': { prefix: 'DEMO-GS-', start: 1, digits: 4 },
        'invoice correction': { prefix: 'DEMO-RK-', start: 1, digits: 4 },
        'self-billed correction': { prefix: 'DEMO-GK-', start: 1, digits: 4 },
      },
      dueDays: 14,
      exemptions: {
        smallBusiness: 'Small business: exempt from VAT',
        reverseCharge: 'Reverse charge: the buyer owes the VAT',
        notSubject: 'Not subject to VAT',
      },
    },
    tariffs: [
      {
        name: 'demonstration',
        version: 1,
        validFromMs: 0,
        validUntilMs: undefined,
        supplyPrice: supplierPrice,
        feedInPrice,
        components: [
          { kind: 'grid fee', name: 'Grid', community: price(39_000n), residual: price(69_000n) },
          { kind: 'platform fee', name: 'Platform', community: price(5_000n), residual: price(0n) },
        ],
        fees: [{ kind: 'member fee', name: 'Membership', amount: money(1_000_000_000n) }],
      },
    ],
    retentionYears: 10,
    missingThousandthsMax: 0,
  };
}

/** A record for every resident, so that the street can be billed. */
export function putStreetRecords(node: CommunityNode, residents: readonly Resident[]): void {
  for (const { member } of residents) {
    node.personal.putBillingRecord(member, {
      name: `Resident ${member}`,
      address: address(`Lindengasse ${member}`),
      status: 'private',
      vatNumber: undefined,
      taxNumber: undefined,
      registrationNumber: undefined,
      meteringPoint: `AT00DEMO${`${member}`.padStart(6, '0')}`,
      iban: undefined,
    });
  }
}
