/** The bills of a settled street's member, sealed by the small node. */
import {
  type BillBasis,
  type BillingRules,
  billBasisCodec,
  billBasisHash,
  billSealText,
  billsOf,
  billText,
  billTextHash,
  issued,
  type MemberLines,
  memberStatement,
  metersOfMember,
  type Party,
  type Reading,
  settledRows,
  singleVatRate,
} from '@commonwatt/contracts';
import { fromHex } from '@commonwatt/ledger';
import { money, price } from '@commonwatt/units';
import { type SmallNode, sha256 } from './small-node.ts';

const community: Party = {
  name: 'Energiegemeinschaft Lindengasse',
  address: { street: 'Lindengasse 1', postcode: '1070', city: 'Wien', country: 'AT' },
  status: 'registered',
  vatNumber: 'ATU12345678',
  taxNumber: undefined,
  registrationNumber: undefined,
};
const household: Party = {
  ...community,
  name: 'Anna Müller',
  status: 'private',
  vatNumber: undefined,
};

const rules: BillingRules = {
  name: 'Regeln',
  version: 3,
  currency: 'EUR',
  vatRates: [singleVatRate(2000)],
  series: {
    invoice: { prefix: 'RE-', start: 1, digits: 4 },
    'self-billed credit note': { prefix: 'GS-', start: 1, digits: 4 },
    'invoice correction': { prefix: 'RK-', start: 1, digits: 4 },
    'self-billed correction': { prefix: 'GK-', start: 1, digits: 4 },
  },
  dueDays: 14,
  exemptions: { smallBusiness: 'exempt', reverseCharge: 'reversed', notSubject: 'not subject' },
};

export interface BilledPeriod {
  readonly periodFromMs: number;
  readonly periodUntilMs: number;
  readonly slotLengthMs: number;
  readonly readings: ReadonlyMap<number, readonly Reading[]>;
}

export function billsOfMember(
  node: SmallNode,
  own: MemberLines,
  { periodFromMs: fromMs, periodUntilMs: untilMs, slotLengthMs, readings }: BilledPeriod,
): readonly unknown[] {
  const { member } = own;
  const basis: BillBasis = {
    mode: 'shown',
    slotLengthMs,
    rules,
    tariffs: [
      {
        name: 'Haus',
        version: 7,
        validFromMs: 0,
        validUntilMs: undefined,
        supplyPrice: price(251_000n),
        feedInPrice: price(67_000n),
        components: [
          { kind: 'platform fee', name: 'Plattform', community: price(5003n), residual: price(0n) },
        ],
        fees: [{ kind: 'member fee', name: 'Beitrag', amount: money(1_000_000_000n) }],
      },
    ],
  };
  const lines = own.lines.map((line) => ({ ...line, slotLengthMs }));
  const rows = settledRows({ lines, slotLines: own.slotLines, slotLengthMs, fromMs, untilMs });
  const meters = node.ledger.state.group(metersOfMember, `${member}`).map(([meter]) => meter);
  const statement = memberStatement({
    member,
    fromMs,
    untilMs,
    slotLengthMs,
    mode: 'shown',
    meters: [],
    readings: meters.flatMap((meter) => readings.get(meter) ?? []),
    ...rows,
    tariffs: basis.tariffs,
  });
  const { bills } = billsOf({ statement, rules, issuer: community, recipient: household });
  return bills.map((bill, at) => {
    const number = `B-${at + 1}`;
    const dates = {
      issued: '2026-06-02',
      due: '2026-06-16',
      first: '2026-05-01',
      last: '2026-05-31',
    };
    const given = { number, dates, iban: undefined, basis: billBasisHash(sha256, basis) };
    const text = billText(issued(bill, given));
    const chain = fromHex(node.chain);
    const seal = node.sealed(billSealText({ chain, number, textHash: billTextHash(sha256, text) }));
    return { text, basis: billBasisCodec.toJson(basis), seal };
  });
}
