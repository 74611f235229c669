/**
 * `npm run campaign -- NAME [--seed N] [--cases N] [--case N] [--small] [--plant NAME] [--fresh]`.
 * Exit status: 0 the promise was kept, 1 it was broken, 2 bad usage, 3 something is missing here.
 */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Campaign,
  type CampaignOrder,
  type CampaignState,
  type CampaignWorld,
  conserve,
  durable,
  figuresText,
  repeatCommand,
  runCampaign,
  settlement,
} from '@commonwatt/simulator';
import { runChild, useScript } from './children.ts';

/** Each is loaded when it is asked for: a run, and each of its child processes, starts sooner. */
const CAMPAIGNS: Readonly<Record<string, () => Promise<Campaign>>> = {
  crash: async () => (await import('./crash.ts')).crash,
  trace: async () => (await import('./trace.ts')).trace,
  durable: async () => durable,
  flips: async () => (await import('./flips.ts')).flips,
  conserve: async () => conserve,
  settlement: async () => settlement,
  matrix: async () => (await import('./matrix.ts')).matrix,
  fuzz: async () => (await import('./fuzz.ts')).fuzz,
  'http-abuse': async () => (await import('./http-abuse.ts')).httpAbuse,
  hardship: async () => (await import('./hardship.ts')).hardship,
  replay: async () => (await import('./replay.ts')).replay,
  laws: async () => (await import('./laws.ts')).laws,
};

const KEPT = 0;
const BROKEN = 1;
const USAGE = 2;
const MISSING = 3;

interface Words {
  readonly name: string;
  readonly order: CampaignOrder;
  readonly isFresh: boolean;
}

export async function main(words: readonly string[], script: string): Promise<number> {
  useScript(script);
  if (words[0] === 'child') {
    await runChild(words[1] ?? '', words[2] ?? '{}');
    return KEPT;
  }
  if (words.length === 0) {
    for (const load of Object.values(CAMPAIGNS)) {
      const { name, promise, cases, ofCase, plants } = await load();
      console.log(`${name}: ${promise}\n  ${cases.whole} cases, each ${ofCase}`);
      console.log(`  planted faults: ${plants.join('; ')}`);
    }
    return KEPT;
  }
  let read: Words;
  try {
    read = readWords(words);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return USAGE;
  }
  const campaign = Object.hasOwn(CAMPAIGNS, read.name) ? await CAMPAIGNS[read.name]?.() : undefined;
  const { plant } = read.order;
  if (campaign === undefined || (plant !== undefined && !campaign.plants.includes(plant))) {
    const names = campaign?.plants ?? Object.keys(CAMPAIGNS);
    console.error(`campaign: expected one of ${names.join(', ')}, got ${plant ?? read.name}`);
    return USAGE;
  }
  return tell(campaign, read);
}

async function tell(campaign: Campaign, { order, isFresh }: Words): Promise<number> {
  const startedMs = performance.now();
  console.log(`${campaign.name}, seed ${order.seed}: ${campaign.promise}`);
  const verdict = await runCampaign(campaign, order, worldOf(campaign, order, isFresh));
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  switch (verdict.verdict) {
    case 'kept':
      console.log(
        `kept over ${verdict.cases} cases in ${seconds} s: ${figuresText(verdict.figures)}`,
      );
      return KEPT;
    case 'skipped':
      console.log(`skipped: ${verdict.reason}`);
      return MISSING;
    case 'broken': {
      const where = verdict.case === undefined ? '' : ` at case ${verdict.case}`;
      console.log(`BROKEN${where} after ${seconds} s: ${verdict.reason}`);
      console.log(`repeat it with: ${verdict.repeat}`);
      return BROKEN;
    }
  }
}

function worldOf(campaign: Campaign, order: CampaignOrder, isFresh: boolean): CampaignWorld {
  const folder = join('node_modules', '.cache', 'commonwatt', 'campaign-states');
  const name = repeatCommand(campaign, order).replaceAll(/[^a-z0-9]+/g, '-');
  const path = join(folder, `${name}.json`);
  if (isFresh) rmSync(path, { force: true });
  return {
    say: (line) => console.log(line),
    progress: (line) => console.error(line),
    nowMs: () => performance.now(),
    load() {
      try {
        return JSON.parse(readFileSync(path, 'utf8')) as CampaignState;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    store(state) {
      mkdirSync(folder, { recursive: true });
      if (state === undefined) rmSync(path, { force: true });
      else writeFileSync(path, JSON.stringify(state));
    },
  };
}

function readWords([name = '', ...rest]: readonly string[]): Words {
  const given = new Map<string, string>();
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at] as string;
    if (word === '--small' || word === '--fresh') given.set(word, '');
    else if (['--seed', '--cases', '--case', '--plant'].includes(word) && at + 1 < rest.length) {
      given.set(word, rest[++at] as string);
    } else
      throw new Error(
        `campaign: expected --seed, --cases, --case, --small, --plant or --fresh, got ${word}`,
      );
  }
  const whole = (option: string): number | undefined => {
    const text = given.get(option);
    if (text === undefined) return undefined;
    if (!/^(0|[1-9][0-9]{0,8})$/.test(text)) {
      throw new Error(`${option}: expected a whole number, got ${text}`);
    }
    return Number(text);
  };
  const order = {
    seed: whole('--seed') ?? 1,
    isSmall: given.has('--small'),
    cases: whole('--cases'),
    only: whole('--case'),
    plant: given.get('--plant'),
  };
  return { name, order, isFresh: given.has('--fresh') };
}
