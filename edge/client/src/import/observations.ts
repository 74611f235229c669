/** The cells of a file as values with their times: one series per meter and direction. */

import { type FineEnergy, fineEnergy, readDecimal } from '@commonwatt/api';
import { type CsvRow, Heading } from './csv-rows.ts';
import { ImportFault, shown } from './import-fault.ts';
import type { ImportProfile, Mapping, ProfileColumn, Quality } from './profile.ts';
import type { ClockReading, TimeReading } from './time-text.ts';

export interface Observation {
  readonly time: TimeReading | ClockReading;
  /** Energy of the interval, or what the counter shows. */
  readonly value: FineEnergy;
  readonly quality: Exclude<Quality, 'missing'>;
  readonly line: number;
}

/** One with a place in time. */
export type DatedObservation = Observation & { readonly time: TimeReading };

export interface Series {
  /** As the file names it; empty where it names none. */
  readonly meter: string;
  readonly direction: 'import' | 'export';
  readonly isCumulative: boolean;
  readonly wrapAt: FineEnergy | undefined;
  readonly observations: Observation[];
}

const METERS_MAX = 10_000;
const METER_CHARACTERS_MAX = 100;

interface Columns {
  readonly width: number;
  readonly time: readonly number[];
  readonly meter: number | undefined;
  readonly direction: number | undefined;
  readonly quality: number | undefined;
  readonly values: readonly { readonly at: number; readonly column: ProfileColumn }[];
}

export class Observations {
  readonly #place: string;
  readonly #profile: ImportProfile;
  readonly #series = new Map<string, Series>();
  #columns: Columns | undefined;
  rows = 0;
  emptyCells = 0;
  /** Cells whose row says that the value is missing. */
  missingCells = 0;

  constructor(place: string, profile: ImportProfile) {
    this.#place = place;
    this.#profile = profile;
  }

  get series(): readonly Series[] {
    return [...this.#series.values()];
  }

  /** @throws ImportFault naming line, column, expectation and value. */
  take(row: CsvRow): void {
    if (this.#columns === undefined) {
      const { headerLines } = this.#profile;
      this.#columns = this.#columnsOf(row);
      if (headerLines > 0) return;
    }
    this.#read(row, this.#columns);
    this.rows += 1;
  }

  #columnsOf({ cells, line }: CsvRow): Columns {
    const { columns, direction, headerLines, meterColumn, quality, time } = this.#profile;
    const names = headerLines > 0 ? cells : cells.map((_, at) => `${at + 1}`);
    const heading = new Heading(`${this.#place} line ${line}`, names);
    const mapped = (mapping: Mapping<string> | undefined) =>
      mapping?.isOptional === false
        ? heading.require(mapping.column)
        : mapping && heading.find(mapping.column);
    const timeColumns = time.columns.map((column) => heading.require([column]));
    const found = columns.flatMap((column) => {
      const at = column.isOptional ? heading.find(column.column) : heading.require(column.column);
      return at === undefined ? [] : [{ at, column }];
    });
    if (found.length === 0) heading.require(columns.flatMap(({ column }) => column));
    return {
      width: cells.length,
      time: timeColumns,
      meter: meterColumn && heading.require(meterColumn),
      direction: mapped(direction),
      quality: mapped(quality),
      values: found,
    };
  }

  #read({ cells, line }: CsvRow, columns: Columns): void {
    const fail = (at: number, expected: string): never => {
      const place = `${this.#place} line ${line}, column ${at + 1}`;
      throw new ImportFault(place, expected, shown(cells[at] ?? ''));
    };
    const needed = Math.max(...columns.time, ...columns.values.map(({ at }) => at));
    if (cells.length <= needed) {
      const expected = `${columns.width} cells`;
      throw new ImportFault(`${this.#place} line ${line}`, expected, `${cells.length}`);
    }
    const { direction: directions, quality: qualities, time } = this.#profile;
    const direction = mappedCell(cells, columns.direction, directions, fail);
    if (direction === 'ignore') return;
    const quality = mappedCell(cells, columns.quality, qualities, fail) ?? 'measured';
    const timeText = columns.time.map((at) => (cells[at] ?? '').trim()).join(' ');
    const reading = time.format.read(timeText);
    if (reading === undefined) {
      const place = `${this.#place} line ${line}, column ${(columns.time[0] ?? 0) + 1}`;
      throw new ImportFault(place, `a time such as ${time.format.pattern}`, shown(timeText));
    }
    const rowMeter = columns.meter === undefined ? '' : (cells[columns.meter] ?? '').trim();
    for (const { at, column } of columns.values) {
      const text = (cells[at] ?? '').trim();
      if (text === '') {
        this.emptyCells += 1;
        continue;
      }
      if (quality === 'missing') {
        this.missingCells += 1;
        continue;
      }
      const value = this.#valueOf(text, column) ?? fail(at, this.#expected());
      if (value < 0n && column.direction !== 'net') fail(at, 'a value not below zero');
      const meter = column.meter ?? rowMeter;
      const add = (way: 'import' | 'export', amount: FineEnergy) =>
        this.#seriesOf(meter, way, column, line).observations.push({
          time: reading,
          value: amount,
          quality,
          line,
        });
      if (column.direction === 'net') {
        add('import', value > 0n ? value : 0n);
        add('export', value < 0n ? -value : 0n);
      } else {
        add(direction ?? column.direction, value);
      }
    }
  }

  #expected(): string {
    const { decimalSign } = this.#profile.decimals;
    return `a number such as 12${decimalSign}5`;
  }

  #valueOf(text: string, column: ProfileColumn): FineEnergy | undefined {
    const decimal = readDecimal(text, this.#profile.decimals);
    if (decimal === undefined) return undefined;
    const { times, unit } = column;
    const product = {
      digits: decimal.digits * times.digits,
      places: decimal.places + times.places,
    };
    return fineEnergy(product, unit, this.#profile.time.intervalMinutes * 60);
  }

  #seriesOf(
    meter: string,
    direction: 'import' | 'export',
    { isCumulative, wrapAt, unit, times }: ProfileColumn,
    line: number,
  ): Series {
    const name = `${meter}\n${direction}`;
    const known = this.#series.get(name);
    if (known !== undefined) return known;
    if (meter.length > METER_CHARACTERS_MAX || this.#series.size >= 2 * METERS_MAX) {
      const expected = `at most ${METERS_MAX} meters with names of ${METER_CHARACTERS_MAX} characters`;
      throw new ImportFault(`${this.#place} line ${line}`, expected, shown(meter));
    }
    const top = wrapAt && {
      digits: wrapAt.digits * times.digits,
      places: wrapAt.places + times.places,
    };
    const made: Series = {
      meter,
      direction,
      isCumulative,
      wrapAt: top && fineEnergy(top, unit, 0),
      observations: [],
    };
    this.#series.set(name, made);
    return made;
  }
}

function mappedCell<Name extends string>(
  cells: readonly string[],
  at: number | undefined,
  mapping: Mapping<Name> | undefined,
  fail: (at: number, expected: string) => never,
): Name | undefined {
  if (at === undefined || mapping === undefined) return undefined;
  const found = mapping.values.get((cells[at] ?? '').trim());
  return found ?? fail(at, [...mapping.values.keys()].map(shown).join(' or '));
}
