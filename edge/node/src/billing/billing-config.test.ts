import { expect, test } from 'vitest';
import { ConfigError, configFields } from '../config-fields.ts';
import { readBilling } from './billing-config.ts';

const text = `
issuer:
  name: Energiegemeinschaft Lindengasse
  street: Lindengasse 1
  postcode: '1070'
  city: Wien
  country: AT
  status: registered
  vatNumber: ATU12345678
iban: AT61 1904 3002 3457 3201
rules:
  name: Österreich
  version: 2
  vatRates:
    - percent: 20
      until: 2027-01-01T00:00+01:00
    - percent: 19.5
      from: 2027-01-01T00:00+01:00
  series:
    invoice:
      prefix: R-2026-
      start: 17
tariffs:
  - name: Haus
    version: 3
    supplyPrice: 25.1
    feedInPrice: 6.7
    components:
      - kind: grid fee
        name: Netznutzung
        community: 2.97
        residual: 6.91
    fees:
      - kind: member fee
        name: Mitgliedsbeitrag
        amount: 1.5
`;
const read = (changed: string) => readBilling(configFields(changed, 'node.yaml'), 'EUR');

test('reads what a community bills by', () => {
  const { issuer, issuerIban, rules, tariffs, retentionYears } = read(text);
  expect(issuer.address.city).toBe('Wien');
  expect(issuerIban).toBe('AT611904300234573201');
  expect(rules.vatRates.map(({ hundredths }) => hundredths)).toEqual([2000, 1950]);
  expect(rules.series.invoice).toEqual({ prefix: 'R-2026-', start: 17, digits: 5 });
  expect(rules.series['self-billed credit note'].prefix).toBe('GS-');
  expect(tariffs[0]?.components[0]).toMatchObject({ community: 29_700n, residual: 69_100n });
  expect(tariffs[0]?.fees[0]?.amount).toBe(1_500_000_000n);
  expect(retentionYears).toBe(10);
});

test.each<[string, string, string, string]>([
  ['an account with a slip', 'AT61 1904', 'AT61 1905', 'iban'],
  ['a registered issuer without a number', '  vatNumber: ATU12345678\n', '', 'issuer'],
  ['rates that overlap', '      from: 2027-01-01T00:00+01:00\n', '', 'rules'],
  ['a rate of more than all', 'percent: 19.5', 'percent: 101', 'rules'],
  ['two series with one prefix', 'prefix: R-2026-', 'prefix: GS-', 'rules'],
  ['a kind of fee that is none', 'kind: member fee', 'kind: tip', 'tariffs[0].fees[0].kind'],
])('%s is refused by name', (_name, from, to, field) => {
  expect(text).toContain(from);
  const refused = () => read(text.replace(from, to));
  expect(refused).toThrow(ConfigError);
  expect(refused).toThrow(`node.yaml: ${field}: expected `);
});
