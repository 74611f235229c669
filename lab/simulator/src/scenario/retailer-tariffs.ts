/**
 * Tariffs from `retailer_*.csv` beside the profiles, as HAMLET (Technical University of Munich) writes
 * them: a row per quarter hour, prices as whole numbers of 10^-7 EUR/Wh, which is 0.01 ct/kWh. The files
 * themselves name no unit, so whoever reads them is told what was taken for it.
 */

import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import { PROFILE_FILE_BYTES_MAX } from '../households/profile-files.ts';
import { PROFILE_ROWS_MAX } from '../households/profile-rows.ts';

/** In ten-thousandths of a ct/kWh, the least step of a price. */
export interface RetailerTariffs {
  readonly supply: number;
  readonly feedIn: number;
  readonly localFee: number;
}

export interface TariffsFound {
  /** Undefined where what the folder holds cannot be read as tariffs. */
  readonly tariffs: RetailerTariffs | undefined;
  /** Files that were used. */
  readonly files: readonly string[];
  readonly sentences: readonly string[];
}

/** Ten-thousandths of a ct/kWh in one of the files' units. */
const STEPS_PER_UNIT = 100;
/** 100 EUR/kWh. */
const UNITS_MAX = 1_000_000;

const ENERGY = 'retailer_energy.csv';
const GRID = 'retailer_grid.csv';
const LEVIES = 'retailer_levies.csv';

export function retailerTariffs(directory: string): TariffsFound {
  const sentences: string[] = [];
  const energy = columnsOf(directory, ENERGY, ['energy_price_in', 'energy_price_out'], sentences);
  if (energy === undefined) return { tariffs: undefined, files: [], sentences };
  const gridNames = ['grid_market_in', 'grid_market_out', 'grid_retail_in', 'grid_retail_out'];
  const grid = columnsOf(directory, GRID, gridNames, sentences);
  const levies = columnsOf(directory, LEVIES, ['levies_price_in', 'levies_price_out'], sentences);
  const [feedIn = 0, asked = 0] = energy;
  const [marketIn = 0, marketOut = 0, retailIn = 0, retailOut = 0] = grid ?? [];
  const [levyIn = 0, levyOut = 0] = levies ?? [];
  // Which way a fee counts is not said; it is one number and a zero, and a buyer pays it here.
  const [local, retail, levy] = [marketIn + marketOut, retailIn + retailOut, levyIn + levyOut];
  sentences.push(
    `The retailer files name no unit: their prices are taken as 10^-7 EUR/Wh, which is 0.01 ct/kWh.`,
    `${ENERGY}: the supplier pays ${ct(feedIn)} (energy_price_in) and asks ${ct(asked)} (energy_price_out), before grid fees and levies.`,
  );
  if (grid !== undefined) {
    sentences.push(
      `${GRID}: whoever takes energy pays the grid ${ct(retail)} for the supplier's (grid_retail) and ${ct(local)} for the community's (grid_market).`,
    );
  }
  if (levies !== undefined) {
    sentences.push(
      `${LEVIES}: whoever takes energy pays ${ct(levy)} of levies, for the supplier's and for the community's alike.`,
    );
  }
  const files = [ENERGY, ...(grid === undefined ? [] : [GRID])];
  if (levies !== undefined) files.push(LEVIES);
  const tariffs = { supply: asked + retail + levy, feedIn, localFee: local + levy };
  if (feedIn > tariffs.supply) {
    sentences.push(`These say more for feeding in than for supply, and are left aside.`);
    return { tariffs: undefined, files, sentences };
  }
  return { tariffs, files, sentences };
}

/** `41 ct/kWh`, of ten-thousandths. */
export function ct(steps: number): string {
  return `${steps / 10_000} ct/kWh`;
}

/** The mean of each column over all rows; undefined, and a sentence, where the file is none of ours. */
function columnsOf(
  directory: string,
  file: string,
  names: readonly string[],
  sentences: string[],
): readonly number[] | undefined {
  const path = join(directory, file);
  if (!existsSync(path)) return undefined;
  const rows = rowsOf(path, names);
  if (typeof rows === 'string') {
    sentences.push(`${file}: left aside, for ${rows}.`);
    return undefined;
  }
  return names.map((name, at) => {
    const values = rows.map((row) => row[at]!);
    const [least, most] = [Math.min(...values), Math.max(...values)];
    if (least === most) return least * STEPS_PER_UNIT;
    const sum = values.reduce((total, value) => total + value, 0);
    const mean = Math.round((sum * STEPS_PER_UNIT) / values.length);
    const range = `${ct(least * STEPS_PER_UNIT)} to ${ct(most * STEPS_PER_UNIT)}`;
    sentences.push(`${file}: ${name} varies from ${range}; its mean, ${ct(mean)}, stands for all.`);
    return mean;
  });
}

/** Values of the named columns, or what is wrong. */
function rowsOf(path: string, names: readonly string[]): readonly number[][] | string {
  if (statSync(path).size > PROFILE_FILE_BYTES_MAX) {
    return `it is longer than ${PROFILE_FILE_BYTES_MAX} bytes`;
  }
  let records: string[][];
  try {
    records = parse(readFileSync(path), { bom: true, relax_column_count: true, to: ROWS_MAX });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return `it is no CSV (${error.message})`;
  }
  const [header = [], ...rows] = records;
  const at = names.map((name) => header.indexOf(name));
  const missing = names.filter((_, index) => at[index] === -1);
  if (missing.length > 0) return `it has no column ${missing.join(', ')}`;
  if (rows.length === 0) return 'it has no rows';
  const values = rows.map((row) => at.map((index) => unitsOf(row[index] ?? '')));
  const bad = values.findIndex((row) => row.includes(Number.NaN));
  // The header is line 1.
  return bad === -1 ? values : `line ${bad + 2} holds no whole numbers of 0.01 ct/kWh`;
}

/** As many as fit a call with as many arguments. */
const ROWS_MAX = Math.min(PROFILE_ROWS_MAX, 50_000);

function unitsOf(text: string): number {
  const value = /^-?[0-9]{1,7}(?:\.0+)?$/.test(text) ? Number(text) : Number.NaN;
  return Math.abs(value) <= UNITS_MAX ? value : Number.NaN;
}
