/** The tables of a round of direct purchase: buyers, sellers, corridors and limits as CSV. */

import {
  type Corridor,
  type CorridorLimit,
  corridorName,
  type DirectBuyer,
  type DirectSeller,
  GENERATION_TYPES,
  type GenerationType,
} from '@commonwatt/mechanisms';
import {
  type Energy,
  type Price,
  parseEnergy,
  parsePrice,
  price,
  QuantityTextError,
} from '@commonwatt/units';
import { type CsvRow, readCsv, shownCell } from '../../terminal/csv-table.ts';
import { UsageError } from '../../terminal/usage-error.ts';

const BUYER_COLUMNS = ['id', 'region', 'price', 'energy_mwh', 'green_mwh'] as const;
const SELLER_COLUMNS = [
  'id',
  'region',
  'type',
  'price',
  'energy_mwh',
  'environmental_price',
  'cross_subsidy',
] as const;
const CORRIDOR_COLUMNS = ['from', 'to', 'loss_percent', 'transmission_price'] as const;
const LIMIT_COLUMNS = ['from', 'to', 'limit_mwh'] as const;

const ROWS_MAX = 1 << 16;
const NAME_LENGTH_MAX = 128;

export interface CsvText {
  readonly file: string;
  readonly text: string;
}

/** @throws UsageError naming every fault */
export function readCorridors({ file, text }: CsvText): readonly Corridor[] {
  const known = new Map<string, number>();
  const layout = { place: file, columns: CORRIDOR_COLUMNS, further: [], rowsMax: ROWS_MAX };
  return readCsv<(typeof CORRIDOR_COLUMNS)[number], Corridor>(text, layout, (row) => {
    const [from, to] = [nameOf(row, 'from'), nameOf(row, 'to')];
    keepOnce(known, corridorName({ from, to }), row, 'to', 'every corridor once, in one direction');
    return {
      from,
      to,
      loss: lossOf(row),
      transmissionPrice: priceOf(row, 'transmission_price'),
    };
  });
}

/** @throws UsageError naming every fault */
export function readLimits(
  { file, text }: CsvText,
  corridors: readonly Corridor[],
): readonly CorridorLimit[] {
  const rows = new Set(corridors.map(corridorName));
  const known = new Map<string, number>();
  const layout = { place: file, columns: LIMIT_COLUMNS, further: [], rowsMax: ROWS_MAX };
  return readCsv<(typeof LIMIT_COLUMNS)[number], CorridorLimit>(text, layout, (row) => {
    const [from, to] = [nameOf(row, 'from'), nameOf(row, 'to')];
    if (!rows.has(corridorName({ from, to }))) {
      throw new UsageError(
        row.place('to'),
        'a corridor that has a row',
        shownCell(`${from},${to}`),
      );
    }
    keepOnce(known, corridorName({ from, to }), row, 'to', 'one limit for a corridor');
    return { from, to, energy: energyOf(row, 'limit_mwh') };
  });
}

/** @throws UsageError naming every fault */
export function readBuyers(
  { file, text }: CsvText,
  corridors: readonly Corridor[],
): readonly DirectBuyer[] {
  const regions = regionsOf(corridors);
  const known = new Map<string, number>();
  const layout = { place: file, columns: BUYER_COLUMNS, further: [], rowsMax: ROWS_MAX };
  return readCsv<(typeof BUYER_COLUMNS)[number], DirectBuyer>(text, layout, (row) => {
    const id = nameOf(row, 'id');
    keepOnce(known, id, row, 'id', 'a buyer of its own');
    const region = regionOf(row, regions);
    const limit = priceOf(row, 'price');
    const energy = energyOf(row, 'energy_mwh');
    const greenEnergy = energyOf(row, 'green_mwh');
    if (greenEnergy > energy) {
      const expected = `at most energy_mwh, ${row.cell('energy_mwh')}`;
      throw new UsageError(row.place('green_mwh'), expected, shownCell(row.cell('green_mwh')));
    }
    return { id, region, price: limit, energy, greenEnergy };
  });
}

/**
 * @param options whether all of them must be in one region
 * @throws UsageError naming every fault
 */
export function readSellers(
  { file, text }: CsvText,
  corridors: readonly Corridor[],
  options: { readonly oneRegion: boolean },
): readonly DirectSeller[] {
  const regions = regionsOf(corridors);
  const known = new Map<string, { readonly line: number; readonly type: GenerationType }>();
  let first: { readonly region: string; readonly line: number } | undefined;
  const layout = { place: file, columns: SELLER_COLUMNS, further: [], rowsMax: ROWS_MAX };
  return readCsv<(typeof SELLER_COLUMNS)[number], DirectSeller>(text, layout, (row) => {
    const id = nameOf(row, 'id');
    const type = typeOf(row);
    const before = known.get(id);
    if (before !== undefined && before.type !== type) {
      const got = `${shownCell(id)}, ${type} here and ${before.type} in line ${before.line}`;
      throw new UsageError(row.place('type'), 'a seller of one type', got);
    }
    if (before !== undefined) {
      const got = `${shownCell(id)}, that of line ${before.line}`;
      throw new UsageError(row.place('id'), 'a seller of its own', got);
    }
    known.set(id, { line: row.line, type });
    const region = regionOf(row, regions);
    first ??= { region, line: row.line };
    if (options.oneRegion && region !== first.region) {
      const got = `${shownCell(region)}, and ${shownCell(first.region)} in line ${first.line}`;
      throw new UsageError(row.place('region'), 'sellers of one region as printed', got);
    }
    return {
      id,
      region,
      type,
      price: priceOf(row, 'price'),
      energy: energyOf(row, 'energy_mwh'),
      environmentalPrice: priceOrNothing(row, 'environmental_price'),
      crossSubsidy: priceOrNothing(row, 'cross_subsidy'),
    };
  });
}

function regionsOf(corridors: readonly Corridor[]): ReadonlySet<string> {
  return new Set(corridors.flatMap(({ from, to }) => [from, to]));
}

function keepOnce<Column extends string>(
  known: Map<string, number>,
  name: string,
  row: CsvRow<Column>,
  column: Column,
  expected: string,
): void {
  const before = known.get(name);
  if (before !== undefined) {
    const got = `${shownCell(row.cell(column))}, that of line ${before}`;
    throw new UsageError(row.place(column), expected, got);
  }
  known.set(name, row.line);
}

function nameOf<Column extends string>({ cell, place }: CsvRow<Column>, column: Column): string {
  const name = cell(column);
  const fits = name !== '' && name.length <= NAME_LENGTH_MAX && !name.includes('\u0000');
  if (fits && name.isWellFormed()) return name;
  const expected = `a name of 1 to ${NAME_LENGTH_MAX} characters`;
  throw new UsageError(place(column), expected, shownCell(name));
}

function regionOf(row: CsvRow<'region'>, regions: ReadonlySet<string>): string {
  const region = nameOf(row, 'region');
  if (regions.has(region)) return region;
  throw new UsageError(row.place('region'), 'a region that a corridor reaches', shownCell(region));
}

function typeOf({ cell, place }: CsvRow<'type'>): GenerationType {
  const written = cell('type');
  const type = GENERATION_TYPES.find((one) => one === written);
  if (type !== undefined) return type;
  throw new UsageError(place('type'), 'wind, thermal or other', shownCell(written));
}

function energyOf<Column extends string>({ cell, place }: CsvRow<Column>, column: Column): Energy {
  const written = cell(column);
  if (written.startsWith('-')) {
    throw new UsageError(place(column), 'energy that is not negative', shownCell(written));
  }
  return read(place(column), 'MWh with up to 6 decimals', written, (text) =>
    parseEnergy(text, 'MWh'),
  );
}

function priceOf<Column extends string>({ cell, place }: CsvRow<Column>, column: Column): Price {
  const written = cell(column);
  if (written.startsWith('-')) {
    throw new UsageError(place(column), 'a price that is not negative', shownCell(written));
  }
  return read(place(column), 'token/kWh with up to 6 decimals', written, (text) =>
    // One token/kWh is 10^6 nano-token per Wh, as one EUR/kWh is.
    parsePrice(text, 'EUR/kWh'),
  );
}

function priceOrNothing<Column extends string>(row: CsvRow<Column>, column: Column): Price {
  return row.cell(column) === '' ? price(0n) : priceOf(row, column);
}

/** Parts per million: a per cent with four decimals. */
function lossOf({ cell, place }: CsvRow<'loss_percent'>): bigint {
  const written = cell('loss_percent');
  const match = /^(0|[1-9][0-9]?)(?:\.([0-9]{1,4}))?$/.exec(written);
  if (match === null) {
    const expected = 'a per cent from 0 to below 100 with up to 4 decimals';
    throw new UsageError(place('loss_percent'), expected, shownCell(written));
  }
  const [, whole = '', decimals = ''] = match;
  return BigInt(whole + decimals.padEnd(4, '0'));
}

function read<Value>(
  place: string,
  expected: string,
  written: string,
  parse: (text: string) => Value,
): Value {
  try {
    return parse(written);
  } catch (error) {
    if (!(error instanceof QuantityTextError)) throw error;
    throw new UsageError(place, expected, shownCell(written));
  }
}
