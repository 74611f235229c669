/** `commonwatt readings import FILE...`: signed readings of files, for whoever answers for them. */

import {
  type DryRun,
  dryRun,
  type ImportedMeter,
  type ImportPlan,
  type MeterReport,
  type ProvidedSlot,
  planImport,
  providedSlots,
  type SentReadings,
  sendReadings,
} from '@commonwatt/client/import';
import { type Energy, formatEnergy, formatInstant, QUARTER_HOUR_MS } from '@commonwatt/units';
import { Progress } from '../terminal/progress.ts';
import { STATUS, type Status } from '../terminal/status.ts';
import { formatTable } from '../terminal/table.ts';
import { print, printJson, type Terminal } from '../terminal/terminal.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { answered, openSession, type Session, type SessionOptions } from './member/session.ts';
import { importedFile, type MeterOptions, meterNumbers, profileOf } from './readings-files.ts';

export interface ImportOptions extends SessionOptions, MeterOptions {
  readonly profile: string;
  readonly zone?: string;
  readonly dryRun?: boolean;
}

/** A meter of a file: what it holds, what would change, what came of it. */
interface ImportedPart {
  readonly file: string;
  readonly meter: number | undefined;
  readonly report: MeterReport;
  readonly plan: ImportPlan | undefined;
  readonly sent: SentReadings | undefined;
}

const GAPS_SHOWN = 5;

export async function importReadings(
  terminal: Terminal,
  files: readonly string[],
  options: ImportOptions,
): Promise<Status> {
  const profile = await profileOf(options.profile);
  const hasKey = options.keystore ?? terminal.environment.COMMONWATT_KEYSTORE;
  const isDry = options.dryRun === true;
  // A dry run without a key looks at the files alone, and needs no node.
  if (isDry && hasKey === undefined) {
    const parts: ImportedPart[] = [];
    const layout = { profile, slotLengthMs: QUARTER_HOUR_MS };
    for (const { file, report } of await readAll(terminal, files, layout, options)) {
      for (const one of report.meters) {
        parts.push({ file, meter: undefined, report: one, plan: undefined, sent: undefined });
      }
    }
    return ended(terminal, parts, options);
  }
  const numberOf = meterNumbers(options);
  return answered(terminal, async () => {
    const session = await openSession(terminal, options);
    const slotLengthMs = await slotLengthOf(session);
    const read = await readAll(terminal, files, { profile, slotLengthMs }, options);
    // Every file is whole and every name has its number before the first reading goes out.
    const meters = read.flatMap(({ file, meters, report }) =>
      report.meters.flatMap((own, at) => {
        const imported = meters[at];
        if (imported === undefined) return [];
        return [{ file, report: own, imported, meter: numberOf(imported.meter, file) }];
      }),
    );
    const parts: ImportedPart[] = [];
    for (const { file, report, imported, meter } of meters) {
      const part = await importMeter(session, imported, { meter, slotLengthMs, isDry });
      parts.push({ file, meter, report, ...part });
    }
    return ended(terminal, parts, options);
  });
}

interface ReadFile {
  readonly file: string;
  readonly meters: readonly ImportedMeter[];
  readonly report: DryRun;
}

/** Reads every file to its end and tells what it holds. @throws UsageError for the first fault */
async function readAll(
  terminal: Terminal,
  files: readonly string[],
  layout: Parameters<typeof importedFile>[2],
  options: ImportOptions,
): Promise<readonly ReadFile[]> {
  const all: ReadFile[] = [];
  for (const file of files) {
    const read = await importedFile(terminal, file, layout);
    const report = reportOf(read, options);
    show(terminal, report, options);
    all.push({ file, meters: read.meters, report });
  }
  return all;
}

function reportOf(read: Parameters<typeof dryRun>[0], { zone }: ImportOptions): DryRun {
  try {
    return dryRun(read, zone);
  } catch (error) {
    if (error instanceof RangeError && zone !== undefined) {
      throw new UsageError('--zone', 'a zone such as Europe/Vienna', zone);
    }
    throw error;
  }
}

/** What one reading covers on the ledger: its markets have slots of one length. */
async function slotLengthOf({ client }: Session): Promise<number> {
  const { markets } = await client.marketList();
  return markets[0]?.slotLengthMs ?? QUARTER_HOUR_MS;
}

async function importMeter(
  session: Session,
  imported: ImportedMeter,
  { meter, slotLengthMs, isDry }: { meter: number; slotLengthMs: number; isDry: boolean },
): Promise<Pick<ImportedPart, 'plan' | 'sent'>> {
  const { client, keys, ledger, terminal } = session;
  const said = await providedSlots(imported.slots, { client, meter, slotLengthMs });
  const known = (slotMs: number): ProvidedSlot | undefined => said?.get(slotMs);
  const plan = planImport(imported, known);
  const shown = said === undefined ? undefined : plan;
  if (isDry) return { plan: shown, sent: undefined };
  const slots = [...plan.fresh, ...plan.superseding].sort((a, b) => a.slotMs - b.slotMs);
  const progress = new Progress(terminal, `meter ${meter}, readings sent`);
  const sent = await sendReadings(slots, {
    client,
    signer: keys.signer,
    chain: ledger.chain,
    meter,
    known,
    nowMs: Date.now,
    onProgress: (count) => progress.at(count, slots.length),
  });
  progress.end();
  return { plan: shown, sent };
}

const kWh = (wattHours: bigint): string => formatEnergy(wattHours as Energy, 'kWh');

function show(terminal: Terminal, report: DryRun, { json }: ImportOptions): void {
  if (json === true) return;
  const { place, profile, rows, emptyCells, missingCells, duplicates, wraps } = report;
  print(terminal, `${place}: ${rows} rows by the profile ${profile}`);
  const odd = [
    [duplicates, `rows that said again what was said (lines ${report.duplicateLines.join(', ')})`],
    [emptyCells, 'empty cells'],
    [missingCells, 'values that are told to be missing'],
    [wraps, 'counters that went over their top'],
  ] as const;
  for (const [count, what] of odd) if (count > 0) print(terminal, `  ${count} ${what}`);
  for (const meter of report.meters) showMeter(terminal, meter);
}

function showMeter(terminal: Terminal, meter: MeterReport): void {
  const { clockChanges, firstMs, gaps, lastMs, missingSlots, months, qualities, slots } = meter;
  const name = meter.meter === '' ? 'the meter' : `meter ${meter.meter}`;
  const span =
    firstMs === undefined || lastMs === undefined
      ? ''
      : ` from ${formatInstant(firstMs)} to ${formatInstant(lastMs)}`;
  print(terminal, `  ${name}: ${slots} slots${span}`);
  const counts = Object.entries(qualities).filter(([, count]) => count > 0);
  print(terminal, `    ${counts.map(([quality, count]) => `${count} ${quality}`).join(', ')}`);
  for (const { date, slotsHere, slotsOfDay } of clockChanges) {
    print(terminal, `    the clock changed on ${date}: ${slotsHere} of ${slotsOfDay} slots`);
  }
  if (missingSlots > 0) print(terminal, `    ${missingSlots} slots are missing:`);
  for (const { fromMs, untilMs, reason } of gaps.slice(0, GAPS_SHOWN)) {
    const why = reason.replace('_', ' ');
    print(terminal, `      ${formatInstant(fromMs)} to ${formatInstant(untilMs)}: ${why}`);
  }
  if (gaps.length > GAPS_SHOWN) print(terminal, `      and ${gaps.length - GAPS_SHOWN} more gaps`);
  const right = 'right' as const;
  const columns = [
    { heading: 'month' },
    { heading: 'slots', align: right },
    { heading: 'import kWh', align: right },
    { heading: 'export kWh', align: right },
  ];
  const rows = months.map((one) => [
    one.month,
    `${one.slots}`,
    kWh(one.importedWh),
    kWh(one.exportedWh),
  ]);
  print(terminal, formatTable(columns, rows));
}

function ended(
  terminal: Terminal,
  parts: readonly ImportedPart[],
  { json, dryRun: isDry }: ImportOptions,
): Status {
  const refused = parts.flatMap(({ sent }) => sent?.refused ?? []);
  if (json === true) printJson(terminal, { dryRun: isDry === true, meters: parts.map(partJson) });
  else for (const part of parts) showPart(terminal, part);
  if (json !== true && isDry === true) print(terminal, 'nothing was sent');
  return refused.length === 0 ? STATUS.done : STATUS.no;
}

function showPart(terminal: Terminal, { meter, plan, sent }: ImportedPart): void {
  if (meter === undefined) return;
  if (plan !== undefined) {
    const { carried, fresh, identical, superseding } = plan;
    const same = `${identical + carried} as they are there`;
    print(
      terminal,
      `meter ${meter}: ${fresh.length} new, ${superseding.length} superseding, ${same}`,
    );
  } else if (sent === undefined) {
    print(terminal, `meter ${meter}: this key may not see what was said of it before`);
  }
  if (sent === undefined) return;
  print(
    terminal,
    `meter ${meter}: ${sent.stored} stored (${sent.superseding} superseding), ${sent.identical} were there`,
  );
  for (const { code, slots, firstLine } of sent.refused) {
    print(terminal, `  ${slots} refused as ${code}, the first at line ${firstLine}`);
  }
}

function partJson({ file, meter, report, plan, sent }: ImportedPart) {
  return {
    ...report,
    file,
    name: report.meter,
    meter: meter ?? null,
    firstMs: report.firstMs ?? null,
    lastMs: report.lastMs ?? null,
    months: report.months.map((one) => ({
      ...one,
      importedWh: `${one.importedWh}`,
      exportedWh: `${one.exportedWh}`,
    })),
    plan: plan === undefined ? null : planJson(plan),
    sent: sent ?? null,
  };
}

function planJson({ fresh, superseding, identical, carried }: ImportPlan) {
  return { new: fresh.length, superseding: superseding.length, identical, carried };
}
