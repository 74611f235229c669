/** What a member asks of its bills: the list, a document, the statement of a period. */

import { writeFileSync } from 'node:fs';
import type { RouteResponse } from '@commonwatt/api';
import { formatCents } from '@commonwatt/contracts';
import {
  type Energy,
  formatEnergy,
  formatInstant,
  formatMoney,
  type Money,
} from '@commonwatt/units';
import { STATUS, type Status } from '../../terminal/status.ts';
import { type Column, formatTable } from '../../terminal/table.ts';
import { print, printJson, type Terminal } from '../../terminal/terminal.ts';
import { UsageError } from '../../terminal/usage-error.ts';
import { daysOf } from './billing-days.ts';
import { answered, openSession, type SessionOptions } from './session.ts';

export interface BillOptions extends SessionOptions {
  readonly month?: string;
  readonly from?: string;
  readonly until?: string;
  readonly format?: string;
  readonly out?: string;
  readonly slots?: boolean;
}

const right = 'right' as const;

type Row = RouteResponse<'memberBills'>['bills'][number];

export const BILL_COLUMNS: readonly Column[] = [
  { heading: 'number' },
  { heading: 'type' },
  { heading: 'member', align: right },
  { heading: 'issued' },
  { heading: 'total', align: right },
  { heading: 'due', align: right },
  { heading: 'delivery' },
  { heading: 'corrects' },
];

export function billRow(row: Row): readonly string[] {
  const cents = (text: string) => formatCents(BigInt(text));
  const standing = row.correctedBy === null ? '' : `, taken back by ${row.correctedBy}`;
  return [
    row.number,
    row.type,
    `${row.member}`,
    row.issued,
    cents(row.grossCents),
    cents(row.dueCents),
    `${row.delivery.at(-1)?.state ?? ''}${standing}`,
    row.corrects ?? '',
  ];
}

export function showBills(terminal: Terminal, options: BillOptions): Promise<Status> {
  return answered(terminal, async () => {
    const { client, json } = await openSession(terminal, options);
    const { member } = await client.ownMember();
    const { bills } = await client.memberBills({ params: { member } });
    if (json) printJson(terminal, { bills });
    else print(terminal, formatTable(BILL_COLUMNS, bills.map(billRow)));
    return STATUS.done;
  });
}

export type DocumentFormat = 'json' | 'csv' | 'pdf' | 'ubl';
const FORMATS: readonly DocumentFormat[] = ['json', 'csv', 'pdf', 'ubl'];

export function formatOf({ format = 'pdf' }: BillOptions): DocumentFormat {
  const found = FORMATS.find((one) => one === format);
  if (found === undefined) throw new UsageError('--format', FORMATS.join(', '), format);
  return found;
}

/** Never writes over a file. */
export function saveDocument(
  terminal: Terminal,
  { name, content }: { readonly name: string; readonly content: string },
  { out, json }: BillOptions,
): Status {
  const path = out ?? name;
  try {
    writeFileSync(path, Buffer.from(content, 'hex'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--out ${path}`, 'a new file', got);
  }
  if (json) printJson(terminal, { path });
  else print(terminal, `the document is in ${path}`);
  return STATUS.done;
}

export function saveBill(
  terminal: Terminal,
  number: string,
  options: BillOptions,
): Promise<Status> {
  const format = formatOf(options);
  return answered(terminal, async () => {
    const { client } = await openSession(terminal, options);
    const { member } = await client.ownMember();
    const file = await client.memberBill({ params: { member, number }, query: { format } });
    return saveDocument(terminal, file, options);
  });
}

/** Energy, every charge, savings and quality of a period, whether it was billed or not. */
export function showStatement(terminal: Terminal, options: BillOptions): Promise<Status> {
  const days = daysOf(options);
  const query = options.slots === true ? { ...days, slots: 'yes' as const } : days;
  return answered(terminal, async () => {
    const { client, json } = await openSession(terminal, options);
    const { member } = await client.ownMember();
    const statement = await client.memberPeriod({ params: { member }, query });
    if (json) printJson(terminal, statement);
    else {
      const columns = [
        { heading: 'charge' },
        { heading: 'kWh', align: right },
        { heading: 'amount', align: right },
        { heading: 'billed by' },
      ];
      const rows = statement.charges.map(({ kind, name, energy, money, billed }) => [
        name === '' ? kind : `${kind}: ${name}`,
        energy === null ? '' : formatEnergy(BigInt(energy) as Energy, 'kWh'),
        formatMoney(BigInt(money) as Money),
        billed ? 'the community' : 'others',
      ]);
      print(terminal, formatTable(columns, rows));
      const { quality, savings } = statement;
      const { device, gateway, provider } = quality.signedBy;
      print(
        terminal,
        `readings: ${quality.measured} of ${quality.total} measured; signed by the device ${device}, ` +
          `its gateway ${gateway}, a data provider ${provider}`,
      );
      print(terminal, savings === null ? 'no tariff, so no savings are claimed' : savings.formula);
      if (options.slots === true) print(terminal, formatTable(SLOT_COLUMNS, slotRows(statement)));
    }
    return STATUS.done;
  });
}

const SLOT_COLUMNS: readonly Column[] = [
  { heading: 'slot' },
  { heading: 'stage' },
  { heading: 'traded', align: right },
  { heading: 'allocated', align: right },
  { heading: 'deviation', align: right },
  { heading: 'charge', align: right },
  { heading: 'amount', align: right },
  { heading: 'why' },
];
const STAGES = { provisional: 'provisional', final: 'final', adjusting: 'adjusted' } as const;

/** Energies in kWh, bought and sold together: a sentence says which. */
function slotRows({ slots }: RouteResponse<'memberPeriod'>): readonly (readonly string[])[] {
  const kWh = (...amounts: readonly string[]) =>
    formatEnergy(amounts.reduce((sum, text) => sum + BigInt(text), 0n) as Energy, 'kWh');
  return slots.map((slot) => [
    formatInstant(slot.slotMs),
    slot.settled === null ? 'open' : STAGES[slot.settled.stage],
    kWh(slot.tradedBuy, slot.tradedSell),
    kWh(slot.bought, slot.sold),
    slot.settled === null ? '' : kWh(slot.settled.deviationBuy, slot.settled.deviationSell),
    slot.settled === null ? '' : formatMoney(BigInt(slot.settled.charge) as Money),
    formatMoney(BigInt(slot.amount) as Money),
    slot.words,
  ]);
}
