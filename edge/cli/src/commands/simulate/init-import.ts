/**
 * A folder of CSV files in any layout that import profiles know, as members of a first scenario: a load
 * for what a meter took, a plant for what it gave, in the layout of the lab.
 */

import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isTimeZone } from '@commonwatt/client/import';
import type { ImportedMember, ImportedMembers } from '@commonwatt/simulator';
import { formatInstant, QUARTER_HOUR_MS } from '@commonwatt/units';
import type { Terminal } from '../../terminal/terminal.ts';
import { UsageError } from '../../terminal/usage-error.ts';
import { profileOf } from '../readings-files.ts';
import {
  installedWatts,
  loadText,
  longestStretch,
  plantText,
  type QuarterHour,
} from './init-layout.ts';
import { type ReadProfileFile, readProfileFile } from './init-read.ts';

export interface ImportMembersOptions {
  /** The folder of CSV files. */
  readonly profiles: string;
  /** A built-in profile's name, or a file; detected for each file otherwise. */
  readonly profile?: string | undefined;
  readonly zone?: string | undefined;
  /** Where the converted files will be. */
  readonly directory: string;
}

const FILES_MAX = 500;
/** Of all meters together: some 500 homes for a year. */
const QUARTERS_MAX = 20_000_000;
const SENTENCES_MAX = 100;
const FILES_NAMED_MAX = 5;
const ZONE = 'Europe/Berlin';
const HEADER = 'timestamp,electricity';
const LAB_NAMES = /^(?:hh|office|factory|pv)_/;
const TARIFFS = /^retailer_/;
/** A file's name that speaks of making energy. */
const PLANT_NAME =
  /(?:^|[^a-z])(?:pv|solar|photovoltaic|photovoltaik|generation|production|einspeisung|erzeugung)(?:[^a-z]|$)/i;

/** Undefined where every file has the layout of the lab. @throws UsageError for what cannot be read */
export async function importMembers(
  terminal: Terminal,
  { profiles, profile, zone, directory }: ImportMembersOptions,
): Promise<ImportedMembers | undefined> {
  if (zone !== undefined && !isTimeZone(zone)) {
    throw new UsageError('--zone', 'a zone such as Europe/Vienna', zone);
  }
  const given = profile === undefined ? undefined : await profileOf(profile);
  const sources = foreignFiles(profiles);
  if (sources.length === 0) return undefined;
  const told = new Sentences();
  const meters = new Meters();
  const zones = new Set<string>();
  for (const source of sources) {
    const path = join(profiles, source);
    const read = await readProfileFile(terminal, { path, given, zone: zone ?? ZONE });
    for (const sentence of read.sentences) told.say(source, sentence);
    zones.add(read.imported.profile.time.zone);
    meters.take(source, path, read, told);
  }
  const members = membersOf(meters.all, told);
  if (members.length === 0) {
    throw new UsageError('--profiles', 'files that hold some energy', `${profiles}, with none`);
  }
  told.say(
    'Imported files',
    `written to ${basename(directory)}/ as mean watts per quarter hour, whole watt-hours whose fractions are carried on; plants as shares of their best quarter hour, in whole 100 W`,
  );
  return { directory, members, sources, sentences: told.all, zone: zoneOf(zones, zone) };
}

/** CSV files that are neither profiles in the layout of the lab nor tariffs. */
function foreignFiles(profiles: string): readonly string[] {
  const files = readdirSync(profiles)
    .filter((name) => /\.csv$/i.test(name) && !TARIFFS.test(name))
    .sort();
  if (files.length > FILES_MAX) {
    throw new UsageError('--profiles', `at most ${FILES_MAX} files *.csv`, `${files.length}`);
  }
  return files.filter((name) => !LAB_NAMES.test(name) || !hasLabHeader(join(profiles, name)));
}

function hasLabHeader(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const bytes = new Uint8Array(HEADER.length + 4);
    const text = new TextDecoder().decode(bytes.subarray(0, readSync(file, bytes)));
    const [line = ''] = text.split(/\r\n|\n|\r/);
    return line === HEADER;
  } finally {
    closeSync(file);
  }
}

/** Sentences of files; files of which the same is to be said share one. */
class Sentences {
  readonly #files = new Map<string, string[]>();

  say(file: string, sentence: string): void {
    const files = this.#files.get(sentence) ?? [];
    if (!files.includes(file)) files.push(file);
    this.#files.set(sentence, files);
  }

  get all(): readonly string[] {
    const all = [...this.#files].map(([sentence, files]) => `${listed(files)}: ${sentence}.`);
    if (all.length <= SENTENCES_MAX) return all;
    const rest = all.length - SENTENCES_MAX;
    return [...all.slice(0, SENTENCES_MAX), `And ${rest} such sentences more.`];
  }
}

function listed(files: readonly string[]): string {
  const rest = files.length - FILES_NAMED_MAX;
  const named = files.slice(0, FILES_NAMED_MAX).join(', ');
  return rest > 0 ? `${named} and ${rest} more` : named;
}

interface Meter {
  readonly name: string;
  /** Files that it comes from. */
  readonly sources: string[];
  readonly quarters: Map<number, QuarterHour>;
}

/** A meter that several files name is one; a file that names none is one by itself. */
class Meters {
  readonly #meters = new Map<string, Meter>();
  #count = 0;

  get all(): readonly Meter[] {
    return [...this.#meters.values()];
  }

  take(source: string, path: string, { imported, isDetected }: ReadProfileFile, told: Sentences) {
    const stem = source.replace(/\.csv$/i, '');
    const { slotLengthMs } = imported;
    for (const { meter: named, slots } of imported.meters) {
      const isPlant =
        isDetected && PLANT_NAME.test(stem) && slots.every(({ exportedWh }) => exportedWh === 0n);
      if (isPlant) told.say(source, 'named like a plant, so what it counts is taken as generated');
      const meter = this.#meterOf(named, stem);
      if (!meter.sources.includes(source)) meter.sources.push(source);
      for (const slot of slots) {
        const perHour = BigInt(3_600_000 / slotLengthMs);
        const [taken, given] = isPlant ? [0n, slot.importedWh] : [slot.importedWh, slot.exportedWh];
        const power = { importW: taken * perHour, exportW: given * perHour };
        for (let ms = 0; ms < slotLengthMs; ms += QUARTER_HOUR_MS) {
          const quarter = { startMs: slot.slotMs + ms, ...power };
          this.#lay(meter, quarter, `${path} line ${slot.line}`);
        }
      }
    }
  }

  #meterOf(named: string, stem: string): Meter {
    const key = named === '' ? `file ${stem}` : `meter ${named}`;
    const meter = this.#meters.get(key) ?? {
      name: named === '' ? stem : named,
      sources: [],
      quarters: new Map<number, QuarterHour>(),
    };
    this.#meters.set(key, meter);
    return meter;
  }

  #lay({ name, sources, quarters }: Meter, quarter: QuarterHour, place: string): void {
    const before = quarters.get(quarter.startMs);
    if (before === undefined) {
      this.#count += 1;
      if (this.#count > QUARTERS_MAX) {
        throw new UsageError(place, `at most ${QUARTERS_MAX} quarter hours of all meters`, 'more');
      }
      quarters.set(quarter.startMs, quarter);
    } else if (before.importW !== quarter.importW || before.exportW !== quarter.exportW) {
      const expected = `the value that ${sources.join(' or ')} gives meter ${name} at ${formatInstant(quarter.startMs)}`;
      throw new UsageError(place, expected, 'another');
    }
  }
}

function membersOf(meters: readonly Meter[], told: Sentences): readonly ImportedMember[] {
  const members: ImportedMember[] = [];
  const taken = new Set<string>();
  const contents = new Map<string, string>();
  for (const meter of meters) {
    const { name } = meter;
    const source = meter.sources.join(', ');
    const rising = [...meter.quarters.values()].sort((a, b) => a.startMs - b.startMs);
    const takes = rising.some(({ importW }) => importW > 0n);
    const gives = rising.some(({ exportW }) => exportW > 0n);
    if (!takes && !gives) {
      told.say(source, `meter ${name} holds no energy and is left out`);
      continue;
    }
    const quarters = stretchOf(rising, source, told);
    const load = takes ? loadText(quarters) : undefined;
    const installedW = gives ? installedWatts(quarters) : 0n;
    const plant = installedW > 0n ? plantText(quarters, installedW) : undefined;
    const content = `${load}\n${installedW}\n${plant}`;
    const twin = contents.get(content);
    if (twin !== undefined) {
      told.say(source, `equals ${twin} in every quarter hour, only the latter is used`);
      continue;
    }
    contents.set(content, source);
    if (load !== undefined && plant !== undefined) {
      told.say(
        source,
        'has both directions: what it took is its load, what it gave a plant of its own behind the same meter',
      );
    } else if (plant !== undefined) {
      told.say(source, 'gives energy alone: a member with a plant and without a load');
    }
    const file = fileName(name, taken);
    members.push({
      name,
      load: load === undefined ? undefined : { file: `hh_${file}.csv`, text: load },
      plant:
        plant === undefined
          ? undefined
          : { file: `pv_${file}.csv`, text: plant, installedW: Number(installedW) },
    });
  }
  return members;
}

function stretchOf(
  rising: readonly QuarterHour[],
  source: string,
  told: Sentences,
): readonly QuarterHour[] {
  const { quarters, filled, filledGaps, firstFilledMs, leftOut } = longestStretch(rising);
  if (leftOut > 0) {
    const [first, last] = [quarters[0]!.startMs, quarters.at(-1)!.startMs + QUARTER_HOUR_MS];
    told.say(
      source,
      `has gaps of more than a day; only the longest part without one is used, ${formatInstant(first)} until ${formatInstant(last)} (${leftOut} quarter hours left out)`,
    );
  }
  if (filled > 0) {
    const gaps = filledGaps === 1 ? 'a gap' : `${filledGaps} gaps, the first`;
    told.say(
      source,
      `${filled} quarter hours are missing in ${gaps} from ${formatInstant(firstFilledMs ?? 0)}, the value before is kept`,
    );
  }
  return quarters;
}

/** Safe on every file system, and not taken yet. */
function fileName(name: string, taken: Set<string>): string {
  const plain = name.normalize('NFD').replaceAll(/\p{M}/gu, '');
  const safe = plain.replaceAll(/[^A-Za-z0-9_-]+/g, '-').slice(0, 80) || 'meter';
  let file = safe;
  for (let at = 2; taken.has(file.toLowerCase()); at += 1) file = `${safe}-${at}`;
  taken.add(file.toLowerCase());
  return file;
}

/** Of local days: the one zone of all files, as the tz database names it. */
function zoneOf(zones: ReadonlySet<string>, given: string | undefined): string | undefined {
  const local = [...zones].filter((zone) => zone !== 'UTC');
  const [zone = given] = local;
  return local.length < 2 && zone !== undefined && /^[A-Z][A-Za-z]+\//.test(zone)
    ? zone
    : undefined;
}
