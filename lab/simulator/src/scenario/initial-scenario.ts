/**
 * A first scenario from a folder of profiles: runnable as it stands, and commented so that it can be
 * changed. The folder says what members use and how the sun shone; all else is assumed by rules that are
 * written out, one sentence each.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { formatInstant, QUARTER_HOUR_MS } from '@commonwatt/units';
import {
  describeFinding,
  type Profile,
  type ProfileSet,
  profilesFrom,
  readProfiles,
} from '../households/profile-files.ts';
import { ProfileFileError } from '../households/profile-rows.ts';
import {
  dealtMembers,
  type Measured,
  type MeasuredMember,
  type PlacedProfile,
  type Span,
} from './initial-members.ts';
import { initialText } from './initial-text.ts';
import { ct, type RetailerTariffs, retailerTariffs } from './retailer-tariffs.ts';
import { SCENARIO_MEMBERS_MAX, SCENARIO_SLOTS_MAX } from './scenario.ts';

export interface InitialScenario {
  /** YAML, to be written to the file it was made for. */
  readonly text: string;
  /** A sentence each. */
  readonly assumptions: readonly string[];
}

/** Members that were read from files of other layouts, and written in that of the lab. */
export interface ImportedMembers {
  /** Where the files will be when the scenario is run. */
  readonly directory: string;
  readonly members: readonly ImportedMember[];
  /** Files of the folder of profiles that these come from. */
  readonly sources: readonly string[];
  /** What was assumed while they were read. */
  readonly sentences: readonly string[];
  /** Of their local times, where they agree. */
  readonly zone: string | undefined;
}

export interface ImportedMember {
  readonly name: string;
  /** Named hh_*.csv, in watts. */
  readonly load: ImportedText | undefined;
  /** Named pv_*.csv, in shares of what is installed. */
  readonly plant: (ImportedText & { readonly installedW: number }) | undefined;
}

export interface ImportedText {
  readonly file: string;
  readonly text: string;
}

const ZONE = 'Europe/Berlin';
/** The shortest local day has 23 hours. */
const SPAN_SLOTS_LEAST = 92;
/** Ten-thousandths of a ct/kWh: the defaults of a scenario. */
const TARIFFS_ASSUMED: RetailerTariffs = { supply: 300_000, feedIn: 80_000, localFee: 0 };
const SENTENCES_MAX = 60;

/**
 * File names in the text lead from the folder of `outFile`, where the text is to be kept.
 * @throws ProfileFileError, or the file system's own error
 */
export function initialScenario(
  profilesDirectory: string,
  outFile: string,
  imported?: ImportedMembers,
): InitialScenario {
  const set =
    imported === undefined
      ? readProfiles(profilesDirectory)
      : readOthers(profilesDirectory, imported.sources);
  const tariffs = retailerTariffs(profilesDirectory);
  const assumptions = [...findings(set, tariffs.files), ...(imported?.sentences ?? [])];
  const measured = measuredOf(set, { profilesDirectory, outFile, imported });
  if (measured.members.every(({ load }) => load === undefined)) {
    const expected =
      imported !== undefined
        ? 'files of what members use, beside plants'
        : 'files hh_*.csv, office_*.csv or factory_*.csv with the columns timestamp,electricity (Unix seconds at the start of each quarter hour, mean watts)';
    throw new ProfileFileError([{ file: profilesDirectory, expected, got: 'none' }]);
  }
  const span = sharedSpan(measured, profilesDirectory, assumptions);
  assumptions.push(...tariffs.sentences);
  if (tariffs.tariffs === undefined) {
    const { supply, feedIn } = TARIFFS_ASSUMED;
    assumptions.push(
      `Nothing says what energy costs: the supplier is taken to ask ${ct(supply)} and to pay ${ct(feedIn)}, and the community to be free of fees.`,
    );
  }
  const prices = tariffs.tariffs ?? TARIFFS_ASSUMED;
  const { members, feeders, sentences } = dealtMembers(measured, { span, prices });
  const zone = imported?.zone ?? ZONE;
  const name = nameOf(stemOf(outFile), 'study');
  assumptions.push(
    ...sentences,
    `Local days are those of ${zone}.`,
    'Orders know their slot: the forecast has no error.',
    'Every member states its true limits (trader truthful) to a call auction with one price (mechanism uniform), once for each slot of 15 minutes.',
  );
  const parts = { name, ...span, zone, tariffs: prices, feeders, members };
  return { text: initialText(parts, assumptions), assumptions };
}

/** Profiles in the layout of the lab beside those that were imported. */
function readOthers(directory: string, imported: readonly string[]): ProfileSet {
  const files = readdirSync(directory).filter(
    (name) => name.endsWith('.csv') && !imported.includes(name),
  );
  return profilesFrom(files, (file) => readFileSync(join(directory, file), 'utf8'));
}

function measuredOf(
  { profiles }: ProfileSet,
  {
    profilesDirectory,
    outFile,
    imported,
  }: {
    readonly profilesDirectory: string;
    readonly outFile: string;
    readonly imported: ImportedMembers | undefined;
  },
): Measured {
  const placed = (profile: Profile): PlacedProfile => ({
    profile,
    file: placeFrom(outFile, profilesDirectory, profile.file),
  });
  const own = profiles
    .filter(({ kind }) => kind !== 'solar-plant')
    .map((profile): MeasuredMember => {
      return { name: stemOf(profile.file), load: placed(profile), plant: undefined };
    });
  const read = ({ file, text }: ImportedText): PlacedProfile => {
    const [profile] = profilesFrom([file], () => text).profiles;
    if (profile === undefined) throw new Error(`imported profile: ${file} has no known name`);
    return { profile, file: placeFrom(outFile, imported?.directory ?? '', file) };
  };
  const others = (imported?.members ?? []).map(({ name, load, plant }): MeasuredMember => {
    const solar = plant && { ...read(plant), installedW: plant.installedW };
    return { name, load: load && read(load), plant: solar };
  });
  const members = [...own, ...others].slice(0, SCENARIO_MEMBERS_MAX);
  const names = uniqueNames(members.map(({ name }) => name));
  return {
    members: members.map((member, at) => ({ ...member, name: names[at]! })),
    plants: profiles.filter(({ kind }) => kind === 'solar-plant').map(placed),
  };
}

function findings(set: ProfileSet, used: readonly string[]): string[] {
  const told = set.findings.filter(({ file }) => !used.includes(file)).map(describeFinding);
  if (told.length <= SENTENCES_MAX) return told.map((one) => `${one}.`);
  const rest = told.length - SENTENCES_MAX;
  return [
    ...told.slice(0, SENTENCES_MAX).map((one) => `${one}.`),
    `And ${rest} such findings more.`,
  ];
}

function endOf({ startMs, samples }: Profile): number {
  return startMs + samples.length * QUARTER_HOUR_MS;
}

function sharedSpan({ members, plants }: Measured, folder: string, assumptions: string[]): Span {
  const all = [...members.flatMap(({ load, plant }) => [load, plant]), ...plants].flatMap(
    (one) => one?.profile ?? [],
  );
  const fromMs = all.reduce((latest, { startMs }) => Math.max(latest, startMs), 0);
  const endMs = all.reduce((least, one) => Math.min(least, endOf(one)), Number.MAX_SAFE_INTEGER);
  if (endMs - fromMs < SPAN_SLOTS_LEAST * QUARTER_HOUR_MS) {
    const latest = all.find(({ startMs }) => startMs === fromMs)?.file;
    const earliest = all.find((one) => endOf(one) === endMs)?.file;
    const got = `${latest} from ${formatInstant(fromMs)} and ${earliest} until ${formatInstant(endMs)}`;
    const expected = 'files that share a day (23 hours or more)';
    throw new ProfileFileError([{ file: folder, expected, got }]);
  }
  const untilMs = Math.min(endMs, fromMs + SCENARIO_SLOTS_MAX * QUARTER_HOUR_MS);
  const isWhole = all.every((one) => one.startMs === fromMs && endOf(one) === untilMs);
  assumptions.push(
    `The time is ${formatInstant(fromMs)} until ${formatInstant(untilMs)}, ${isWhole ? 'which every file holds' : 'the part that all files share'}.`,
  );
  return { fromMs, untilMs };
}

function stemOf(file: string): string {
  return basename(file).replace(/\.[A-Za-z]+$/, '');
}

/** A name of a scenario's pattern; letters lose their accents. */
function nameOf(text: string, fallback: string): string {
  const plain = text.normalize('NFD').replaceAll(/\p{M}/gu, '');
  const name = plain.replaceAll(/[^A-Za-z0-9_.-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '');
  return name === '' ? fallback : name.slice(0, 64);
}

function uniqueNames(texts: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return texts.map((text, at) => {
    const name = nameOf(text, `member-${at + 1}`);
    const own = taken.has(name) ? `${name.slice(0, 56)}-${at + 1}` : name;
    taken.add(own);
    return own;
  });
}

function placeFrom(outFile: string, directory: string, file: string): string {
  const path = relative(dirname(resolve(outFile)), resolve(directory, file));
  const slashed = path.split(sep).join('/');
  return isAbsolute(path) || slashed.startsWith('../') ? slashed : `./${slashed}`;
}
