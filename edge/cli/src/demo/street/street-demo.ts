/** `commonwatt demo`: the living street, in the browser or headless. */

import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommunityNode } from '@commonwatt/node';
import {
  buildStreet,
  describeFinding,
  ProfileFileError,
  type ProfileSet,
  readProfiles,
  type Street,
} from '@commonwatt/simulator';
import { formatEnergy, formatRounded } from '@commonwatt/units';
import { Progress } from '../../terminal/progress.ts';
import { STATUS, type Status } from '../../terminal/status.ts';
import { print, printJson, remark, type Terminal } from '../../terminal/terminal.ts';
import { UsageError } from '../../terminal/usage-error.ts';
import { demoKeys } from '../demo-keys.ts';
import { DemoClock } from './demo-clock.ts';
import { DEMO_TIME_ZONE, putStreetRecords, streetBilling } from './street-billing.ts';
import { STREET_MARKET, type StreetRule, streetGenesis } from './street-genesis.ts';
import { Invites } from './street-invites.ts';
import { enrolStreet, registerMeters } from './street-members.ts';
import { type StreetOptions, type StreetPlan, streetPlan } from './street-options.ts';
import { type StreetLife, StreetRun } from './street-run.ts';
import { summarise, summaryJson, summaryText } from './street-summary.ts';

const SEED = 'street';
const STREET_SEED = 1;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** 08:00 UTC, ten in the morning in a German summer: there is sun to trade. */
const FIRST_SLOT_MS_OF_DAY = 8 * HOUR_MS;
const PERIOD_MS = HOUR_MS;
const GRACE_MS = 2 * 60_000;
/** What a visitor finds already traded, so that there is something to look at. */
const PAST_SLOTS = 8;

const WEB_APP = fileURLToPath(new URL('../../../../web/dist', import.meta.url));
const WEB_INDEX = join(WEB_APP, 'index.html');

/** A street that lives, and how to end it. */
export interface LivingStreet {
  readonly node: CommunityNode;
  readonly street: Street;
  readonly run: StreetRun;
  readonly life: StreetLife;
}

export async function streetDemo(terminal: Terminal, options: StreetOptions): Promise<Status> {
  const plan = streetPlan(options, terminal.environment.PORT);
  const street = streetOf(terminal, plan);
  const temporary =
    plan.dir === undefined && !plan.headless
      ? mkdtempSync(join(tmpdir(), 'commonwatt-demo-'))
      : undefined;
  const dir = plan.dir ?? temporary;
  try {
    const living = await beginStreet(street, plan, dir);
    try {
      if (plan.headless) await runHeadless(terminal, living, plan);
      else await runLive(terminal, living, plan);
      const { node, run, life } = living;
      const members = life.residents.length;
      const summary = summarise(node, street, { members, counts: run.counts, dir: plan.dir });
      if (plan.json) printJson(terminal, summaryJson(summary));
      else print(terminal, summaryText(summary));
    } finally {
      await living.node.stop();
    }
  } finally {
    if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
  }
  return STATUS.done;
}

function streetOf(terminal: Terminal, { profiles: directory }: StreetPlan): Street {
  if (directory === undefined) return buildStreet({ seed: STREET_SEED });
  let profiles: ProfileSet;
  try {
    profiles = readProfiles(directory);
  } catch (error) {
    if (!(error instanceof ProfileFileError)) throw error;
    throw new UsageError(`--profiles ${directory}`, 'files that can be read', error.message);
  }
  for (const finding of profiles.findings) remark(terminal, describeFinding(finding));
  const startMs = springOf(profiles);
  return buildStreet({
    seed: STREET_SEED,
    profiles,
    ...(startMs === undefined ? {} : { startMs }),
  });
}

/** The first 5 May that all profiles hold with a month to come; nothing when they hold none. */
function springOf({ profiles }: ProfileSet): number | undefined {
  const firstMs = Math.max(...profiles.map((one) => one.startMs));
  const endMs = Math.min(...profiles.map((one) => one.startMs + one.samples.length * 900_000));
  const year = new Date(firstMs).getUTCFullYear();
  return [year, year + 1]
    .map((each) => Date.UTC(each, 4, 5))
    .find((startMs) => startMs >= firstMs && startMs + 31 * DAY_MS <= endMs);
}

function firstSlotIndexOf(street: Street): number {
  let index = 0;
  while (street.slotAt(index).startMs % DAY_MS !== FIRST_SLOT_MS_OF_DAY) index++;
  return index;
}

/** Begins the ledger, enrols everyone and signs the first habits. */
export async function beginStreet(
  street: Street,
  plan: Pick<StreetPlan, 'slots' | 'headless' | 'port'> & { readonly rule?: StreetRule },
  dir: string | undefined,
): Promise<LivingStreet> {
  const firstSlotIndex = firstSlotIndexOf(street);
  const genesisMs = street.slotAt(firstSlotIndex).startMs - HOUR_MS;
  // A run without doors repeats itself to the last key. A living one is a ledger of its own, or a
  // browser that saw an earlier street would rightly take this one for a rewritten history.
  const seed = plan.headless ? SEED : `${SEED} ${randomUUID()}`;
  const officer = demoKeys(seed, 'officer');
  const clock = new DemoClock(genesisMs);
  const webRoot = existsSync(WEB_INDEX) ? { webRoot: WEB_APP } : {};
  const node = await CommunityNode.open({
    ...(dir === undefined ? {} : { dir }),
    clock,
    genesis: streetGenesis(street, {
      officer,
      seed,
      genesisMs,
      ...(plan.rule === undefined ? {} : { rule: plan.rule }),
    }),
    officer: officer.signer,
    checkpointSigner: demoKeys(seed, 'checkpoints').signer,
    settlement: { periodMs: PERIOD_MS, graceMs: GRACE_MS },
    tariff: { supplierPrice: street.supplierPrice, feedInPrice: street.feedInPrice },
    billing: streetBilling(street),
    timeZone: DEMO_TIME_ZONE,
    ...(plan.headless ? {} : { http: { port: plan.port, ...webRoot } }),
  });
  try {
    const residents = await enrolStreet(node, street, seed);
    putStreetRecords(node, residents);
    const meters = await registerMeters(node, seed, residents);
    const end = plan.slots === undefined ? {} : { endSlotIndex: firstSlotIndex + plan.slots };
    const life = { node, street, clock, seed, residents, firstSlotIndex, ...end };
    const run = new StreetRun(life, meters);
    await run.begin();
    return { node, street, run, life };
  } catch (error) {
    await node.stop();
    throw error;
  }
}

/** Trades its slots, settles what they began, and ends. */
async function runHeadless(
  terminal: Terminal,
  { run, life, node }: LivingStreet,
  { slots = 0, speed }: StreetPlan,
): Promise<void> {
  const progress = new Progress(terminal, 'trading quarter hours');
  const { clock, street, firstSlotIndex } = life;
  if (speed !== undefined) clock.letGo(speed);
  for (let done = 0; done < slots; done++) {
    await run.slot(firstSlotIndex + done);
    progress.at(done + 1, slots);
  }
  progress.end();
  const end = street.slotAt(firstSlotIndex + slots).startMs;
  await clock.until(end);
  await run.deliver(firstSlotIndex + slots - 1);
  await clock.until(Math.ceil(end / PERIOD_MS) * PERIOD_MS + GRACE_MS);
  await node.tick();
}

/** Trades the past quickly, opens the doors, and goes on until it is stopped. */
async function runLive(
  terminal: Terminal,
  { run, life, node, street }: LivingStreet,
  { slots = Number.MAX_SAFE_INTEGER, speed = 1 }: StreetPlan,
): Promise<void> {
  const { clock, firstSlotIndex } = life;
  const stopped = new AbortController();
  const stop = (): void => stopped.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    const past = Math.min(PAST_SLOTS, slots);
    for (let done = 0; done < past; done++) await run.slot(firstSlotIndex + done);
    await node.listen();
    const url = (node.url ?? '').replace('127.0.0.1', 'localhost');
    const invites = new Invites(node);
    remark(terminal, `${street.name} trades at ${url} (stop with Ctrl-C)`);
    if (!existsSync(WEB_INDEX)) remark(terminal, 'the web app is not built: run npm start');
    remark(terminal, `join as a member of your own: ${await invites.open(url)}`);
    clock.letGo(speed);
    for (let done = past; done < slots && !stopped.signal.aborted; done++) {
      await run.slot(firstSlotIndex + done, stopped.signal);
      if (stopped.signal.aborted) break;
      remark(terminal, slotLine(node, street, firstSlotIndex + done));
      const renewed = await invites.renewed(url);
      if (renewed !== undefined) remark(terminal, `the invite was taken; the next: ${renewed}`);
    }
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

function slotLine(node: CommunityNode, street: Street, slotIndex: number): string {
  const { startMs } = street.slotAt(slotIndex);
  const time = new Date(startMs).toISOString().slice(11, 16);
  const clearing = node.projections.clearing(STREET_MARKET, startMs);
  if (clearing?.price === undefined) return `${time} UTC  no trade`;
  const at = formatRounded(clearing.price, 'ct/kWh', 2);
  const volume = formatEnergy(clearing.volume, 'kWh');
  return `${time} UTC  ${at} ct/kWh  ${volume} kWh in ${clearing.trades} trades`;
}
