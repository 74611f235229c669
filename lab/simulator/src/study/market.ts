/** The market of a scenario: its mechanism, and settings and tables as the mechanism declares them. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMUNITY_ZONE } from '@commonwatt/contracts';
import {
  expectedOf,
  type Field,
  findMechanism,
  MECHANISMS,
  parseField,
  type TableDeclaration,
  type Value,
  type Values,
} from '@commonwatt/mechanisms';
import { CsvError, parse } from 'csv-parse/sync';
import type { Scenario } from '../scenario/scenario.ts';
import { dayDeclarationOf } from './day-mechanism.ts';
import { MarketError } from './market-error.ts';
import type { StudyMechanism } from './mechanism-exchange.ts';
import { priceOf } from './world.ts';

export interface StudyMarket {
  readonly mechanism: StudyMechanism;
  readonly settings: Values;
  readonly tables: Readonly<Record<string, readonly Values[]>>;
}

/** Settings by which rules of sharing know what energy costs outside. */
export const SUPPLY_PRICE = 'supply_price';
export const FEED_IN_PRICE = 'feed_in_price';

/** Names of the registry that a study can run, sorted as the registry is. */
export function studyMechanismNames(): readonly string[] {
  const names = MECHANISMS.filter(({ kind }) => kind !== 'negotiation').map(({ name }) => name);
  return [...new Set(names)];
}

/** @throws MarketError for a name that no auction and no rule of sharing has */
export function registeredMechanism(name: string): StudyMechanism {
  const found = findMechanism(name);
  if (found !== undefined && found.kind !== 'negotiation') return found;
  throw new MarketError('market.mechanism', `one of ${studyMechanismNames().join(', ')}`, name);
}

/** @throws MarketError for settings and files that the mechanism does not take */
export function marketOf(
  scenario: Scenario,
  mechanism: StudyMechanism,
  directory: string,
): StudyMarket {
  return {
    mechanism,
    settings: settingsOf(scenario, mechanism),
    tables: tablesOf(scenario, mechanism, directory),
  };
}

/**
 * What the scenario does not say of the supplier's prices it says in its tariffs. The grid's fee for a Wh from the
 * community is paid by whoever takes it, so what such a Wh may cost is the supply price less the fee.
 */
function settingsOf({ market, tariffs }: Scenario, { name, settings }: StudyMechanism): Values {
  const values: Record<string, Value> = {};
  const supplyPrice = priceOf(tariffs.supply_ct_per_kwh) - priceOf(tariffs.local_fee_ct_per_kwh);
  const ofTariffs: Readonly<Record<string, number>> = {
    [SUPPLY_PRICE]: supplyPrice,
    [FEED_IN_PRICE]: priceOf(tariffs.feed_in_ct_per_kwh),
  };
  for (const field of settings) {
    const given = market.settings[field.name];
    const tariff = ofTariffs[field.name];
    if (given !== undefined) values[field.name] = settingOf(field, String(given), name);
    else if (tariff !== undefined) values[field.name] = BigInt(tariff);
  }
  for (const key of Object.keys(market.settings)) {
    if (settings.some((field) => field.name === key)) continue;
    const known = settings.map((field) => field.name).join(', ');
    const expected = known === '' ? `no settings for ${name}` : `one of ${known} for ${name}`;
    throw new MarketError('market.settings', expected, key);
  }
  return values;
}

function settingOf(field: Field, text: string, mechanism: string): Value {
  const parsed = parseField(field, text);
  if ('value' in parsed) return parsed.value;
  throw new MarketError(`market.settings.${field.name} of ${mechanism}`, parsed.expected, text);
}

function tablesOf(scenario: Scenario, mechanism: StudyMechanism, directory: string) {
  const { market } = scenario;
  // A day's batteries are those of the members.
  const ofBatteries = dayDeclarationOf(mechanism)?.table;
  const declared = (mechanism.tables ?? []).filter(({ name }) => name !== ofBatteries);
  const tables: Record<string, readonly Values[]> = {};
  for (const [name, file] of Object.entries(market.files)) {
    const table = declared.find((one) => one.name === name);
    if (table === undefined) {
      const known = declared.map((one) => one.name).join(', ');
      const expected = known === '' ? 'no files' : `one of ${known}`;
      throw new MarketError(`market.files of ${mechanism.name}`, expected, name);
    }
    tables[name] = readTable(table, join(directory, file));
  }
  for (const { name, required, columns } of declared) {
    if (tables[name] !== undefined) continue;
    const lines = feederLines(scenario, columns);
    if (lines.length > 0) tables[name] = lines;
    else if (required === true) {
      throw new MarketError(`market.files of ${mechanism.name}`, `a file ${name}`, 'nothing');
    }
  }
  return tables;
}

/** Feeders as lines to the rest of the community, for a table of lines and limits and nothing else. */
function feederLines({ network, time }: Scenario, columns: readonly Field[]): readonly Values[] {
  const required = columns.filter(({ required: must }) => must === true).map(({ name }) => name);
  if (required.join() !== 'from,to,limit_wh') return [];
  return network.feeders.map(({ name, import_limit_w, export_limit_w }) => ({
    from: name,
    to: COMMUNITY_ZONE,
    limit_wh: BigInt(
      Math.floor((Math.min(import_limit_w, export_limit_w) * time.slot_minutes) / 60),
    ),
  }));
}

function readTable({ columns }: TableDeclaration, path: string): readonly Values[] {
  let rows: Record<string, string>[];
  try {
    rows = parse(readFileSync(path, 'utf8'), { bom: true, columns: true });
  } catch (error) {
    if (!(error instanceof CsvError) && !(error as NodeJS.ErrnoException).code) throw error;
    throw new MarketError(path, 'a CSV file', (error as Error).message);
  }
  return rows.map((row, at) => {
    const values: Record<string, Value> = {};
    for (const field of columns) {
      const text = row[field.name];
      const place = `${path}:${at + 2}: ${field.name}`;
      if (text === undefined || text === '') {
        if (field.required === true) throw new MarketError(place, expectedOf(field), 'nothing');
        continue;
      }
      const parsed = parseField(field, text);
      if (!('value' in parsed)) throw new MarketError(place, parsed.expected, text);
      values[field.name] = parsed.value;
    }
    return values;
  });
}
