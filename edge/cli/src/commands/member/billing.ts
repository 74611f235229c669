/** What the treasurer does: records, runs that are previewed and made final, delivery, corrections. */

import { readFileSync } from 'node:fs';
import type { RouteBody } from '@commonwatt/api';
import { readIban, readStrictJsonText } from '@commonwatt/api';
import { formatCents } from '@commonwatt/contracts';
import { STATUS, type Status } from '../../terminal/status.ts';
import { formatTable } from '../../terminal/table.ts';
import { print, printJson, type Terminal } from '../../terminal/terminal.ts';
import { UsageError } from '../../terminal/usage-error.ts';
import { daysOf } from './billing-days.ts';
import { BILL_COLUMNS, type BillOptions, billRow, formatOf, saveDocument } from './bills.ts';
import { required, wholeField } from './fields.ts';
import { answered, openSession, type Session } from './session.ts';

export interface BillingOptions extends BillOptions {
  readonly accept?: string;
  readonly hash?: string;
  readonly member?: string;
  readonly file?: string;
  readonly state?: string;
  readonly note?: string;
  readonly reason?: string;
}

const right = 'right' as const;

type Accepted = RouteBody<'previewBilling'>['accept'][number];
const ACCEPTABLE: readonly Accepted[] = ['readings_missing', 'total_negative'];

function acceptedOf({ accept }: BillingOptions): Accepted[] {
  return (accept?.split(',') ?? []).map((code) => {
    const found = ACCEPTABLE.find((one) => one === code);
    if (found === undefined) throw new UsageError('--accept', ACCEPTABLE.join(','), code);
    return found;
  });
}

interface Exception {
  readonly member: number;
  readonly code: string;
  readonly detail: string;
}

function printExceptions(terminal: Terminal, exceptions: readonly Exception[]): void {
  if (exceptions.length === 0) return;
  const columns = [
    { heading: 'no bill for', align: right },
    { heading: 'because' },
    { heading: 'in detail' },
  ];
  const rows = exceptions.map(({ member, code, detail }) => [`${member}`, code, detail]);
  print(terminal, formatTable(columns, rows));
}

/** Changes nothing. Its hash is what `finalise` is called with. */
export function previewBilling(terminal: Terminal, options: BillingOptions): Promise<Status> {
  const body = { ...daysOf(options), accept: acceptedOf(options) };
  return answered(terminal, async () => {
    const { client, json } = await openSession(terminal, options);
    const preview = await client.previewBilling({ body });
    if (json) {
      printJson(terminal, preview);
      return STATUS.done;
    }
    const cents = (text: string) => formatCents(BigInt(text));
    const columns = [
      { heading: 'member', align: right },
      { heading: 'type' },
      { heading: 'net', align: right },
      { heading: 'VAT', align: right },
      { heading: 'total', align: right },
      { heading: 'paid', align: right },
      { heading: 'due', align: right },
    ];
    const rows = preview.bills.map((bill) => [
      `${bill.member}`,
      bill.type,
      cents(bill.netCents),
      cents(bill.vatCents),
      cents(bill.grossCents),
      cents(bill.paidCents),
      cents(bill.dueCents),
    ]);
    print(terminal, formatTable(columns, rows));
    printExceptions(terminal, preview.exceptions);
    print(terminal, `to make these final: --hash ${preview.hash}`);
    return STATUS.done;
  });
}

/** Some members left out is an answer, not a fault: the status says whether everyone was billed. */
export function finaliseBilling(terminal: Terminal, options: BillingOptions): Promise<Status> {
  const hash = required('--hash', options.hash);
  if (!/^[0-9a-f]{64}$/.test(hash)) throw new UsageError('--hash', 'that of a preview', hash);
  const body = { ...daysOf(options), accept: acceptedOf(options), hash };
  return answered(terminal, async () => {
    const { client, json } = await openSession(terminal, options);
    const { documents, exceptions } = await client.finaliseBilling({ body });
    if (json) printJson(terminal, { documents, exceptions });
    else {
      print(terminal, formatTable(BILL_COLUMNS, documents.map(billRow)));
      printExceptions(terminal, exceptions);
    }
    return STATUS.done;
  });
}

export function listDocuments(terminal: Terminal, options: BillingOptions): Promise<Status> {
  return answered(terminal, async () => {
    const { client, json } = await openSession(terminal, options);
    const documents = await allDocuments(client);
    if (json) printJson(terminal, { documents });
    else print(terminal, formatTable(BILL_COLUMNS, documents.map(billRow)));
    return STATUS.done;
  });
}

const PAGES_MAX = 10_000;

async function allDocuments(client: Session['client']) {
  const found: Awaited<ReturnType<typeof client.billingDocuments>>['documents'][number][] = [];
  let after: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const query = after === undefined ? {} : { after };
    const { documents, next } = await client.billingDocuments({ query });
    found.push(...documents);
    if (next === null) return found;
    after = next;
  }
  throw new RangeError(`documents: expected at most ${PAGES_MAX} pages`);
}

export function saveAnyDocument(
  terminal: Terminal,
  number: string,
  options: BillingOptions,
): Promise<Status> {
  const format = formatOf(options);
  return answered(terminal, async () => {
    const { client } = await openSession(terminal, options);
    const file = await client.billingDocument({ params: { number }, query: { format } });
    return saveDocument(terminal, file, options);
  });
}

export function exportTable(terminal: Terminal, options: BillingOptions): Promise<Status> {
  const query = daysOf(options);
  return answered(terminal, async () => {
    const { client } = await openSession(terminal, options);
    const table = await client.billingTable({ query });
    const content = Buffer.from(table).toString('hex');
    if (options.out !== undefined) return saveDocument(terminal, { name: '', content }, options);
    terminal.stdout.write(table);
    return STATUS.done;
  });
}

export function correctBill(
  terminal: Terminal,
  number: string,
  options: BillingOptions,
): Promise<Status> {
  const reason = required('--reason', options.reason);
  return answered(terminal, async () => {
    const { client, json } = await openSession(terminal, options);
    const document = await client.correctBill({ body: { number, reason } });
    if (json) printJson(terminal, { document });
    else print(terminal, formatTable(BILL_COLUMNS, [billRow(document)]));
    return STATUS.done;
  });
}

const STATES = ['prepared', 'sent', 'failed'] as const;

export function noteDelivery(
  terminal: Terminal,
  numbers: readonly string[],
  options: BillingOptions,
): Promise<Status> {
  const { state: written = 'sent', note = '' } = options;
  const state = STATES.find((one) => one === written);
  if (state === undefined) throw new UsageError('--state', STATES.join(', '), written);
  return answered(terminal, async () => {
    const { client, json } = await openSession(terminal, options);
    const { unknown } = await client.noteDelivery({ body: { numbers: [...numbers], state, note } });
    if (json) printJson(terminal, { unknown });
    else if (unknown.length > 0) print(terminal, `no such document: ${unknown.join(', ')}`);
    return unknown.length === 0 ? STATUS.done : STATUS.no;
  });
}

/** Shows a member's billing record, or keeps the one of a JSON file. */
export function billingRecord(terminal: Terminal, options: BillingOptions): Promise<Status> {
  const text = required('--member', options.member);
  const member = wholeField('--member', text, { least: 1, most: 4_294_967_295 });
  const record = options.file === undefined ? undefined : recordIn(options.file);
  return answered(terminal, async () => {
    const { client } = await openSession(terminal, options);
    if (record === undefined) {
      printJson(terminal, (await client.billingRecord({ query: { member } })).record);
      return STATUS.done;
    }
    const { flaws } = await client.putBillingRecord({ body: { member, record } });
    printJson(terminal, { flaws });
    return flaws.length === 0 ? STATUS.done : STATUS.no;
  });
}

type Record = RouteBody<'putBillingRecord'>['record'];
const OPTIONAL = ['vatNumber', 'taxNumber', 'registrationNumber', 'iban'] as const;

/** The client checks the fields; what may be left out need not be written as null. */
function recordIn(path: string): Record {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--file ${path}`, 'a file that can be read', got);
  }
  const reading = readStrictJsonText(text.trim());
  const value = reading.ok ? reading.value : undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError(`--file ${path}`, 'a JSON object', 'something else');
  }
  const fields: { [name: string]: unknown } = { ...value };
  for (const name of OPTIONAL) fields[name] ??= null;
  if (typeof fields.iban === 'string') {
    const iban = readIban(fields.iban);
    if (iban === undefined) {
      throw new UsageError(`--file ${path}: iban`, 'one whose check digits fit', fields.iban);
    }
    fields.iban = iban;
  }
  return fields as Record;
}
