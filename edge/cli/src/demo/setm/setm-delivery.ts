/**
 * Delivery and settlement of the case study. The paper ends with payment.Transaction; here its
 * money stands in escrow until meters say what was delivered. Readings stay off the ledger: it holds
 * a salted commitment for each meter, and one net posting for each party.
 */

import { sha256 } from '@commonwatt/consensus';
import {
  ACTION,
  type ComputedRun,
  commitments,
  commitReadingsCodec,
  computeRun,
  meters,
  PLAIN_CONNECTION,
  PROVIDER_MEASURED,
  type ProposeRun,
  proposeRunCodec,
  type Reading,
  type RegisterMeter,
  readingSalt,
  readingsRootOf,
  registerMeterCodec,
  trades,
} from '@commonwatt/contracts';
import type { State } from '@commonwatt/ledger';
import { type Energy, energy, power, QUARTER_HOUR_MS } from '@commonwatt/units';
import type { DemoKeys } from '../demo-keys.ts';
import { actionOf, type Proposer } from './proposer.ts';
import { type EnrolledParty, SETM_SLOT_MS } from './setm-genesis.ts';
import type { Purchase, SetmBlock } from './setm-record.ts';
import { euros, kWh } from './setm-words.ts';

const PERIOD = { periodFromMs: SETM_SLOT_MS, periodUntilMs: SETM_SLOT_MS + QUARTER_HOUR_MS };
const BLOCK_MS = 60_000;
const NOTHING = energy(0n);
/** The paper names no connection: more than any party of it takes or gives. */
const CONNECTION = power(100_000n);

/** Ours: the vehicle unplugs early. Everyone else takes what was agreed, and generation gives all. */
const TAKEN_LESS: Readonly<Record<string, Energy>> = { c4: energy(250n) };

export interface Settled {
  /** Delivery, then settlement. */
  readonly blocks: readonly SetmBlock[];
  readonly computed: ComputedRun;
}

export interface Delivering {
  readonly agent: DemoKeys;
  readonly parties: readonly EnrolledParty[];
  readonly purchases: readonly Purchase[];
}

export async function settleCase(proposer: Proposer, given: Delivering): Promise<Settled> {
  const { agent, parties, purchases } = given;
  const readings = parties.map((one, at) => readingOf(one, at + 1, purchases));
  const delivery = await deliver(proposer, agent, parties, readings);
  const computed = compute(proposer.ledger.state, parties, readings);
  const settlement = await settle(proposer, given, computed);
  return { blocks: [delivery, settlement], computed };
}

/** What a party's meter counted over the quarter hour. */
function readingOf(
  { party, member, secret }: EnrolledParty,
  meter: number,
  purchases: readonly Purchase[],
): Reading {
  const sum = (side: 'buyer' | 'seller'): bigint =>
    purchases.reduce(
      (total, { terms }) => (terms[side] === member ? total + terms.energy : total),
      0n,
    );
  return {
    meter,
    slotMs: SETM_SLOT_MS,
    imported: energy(sum('buyer') - (TAKEN_LESS[party.symbol] ?? NOTHING)),
    exported: energy(sum('seller')),
    ...PROVIDER_MEASURED,
    salt: readingSalt(sha256, secret, { meter, slotMs: SETM_SLOT_MS }),
  };
}

async function deliver(
  proposer: Proposer,
  agent: DemoKeys,
  parties: readonly EnrolledParty[],
  readings: readonly Reading[],
): Promise<SetmBlock> {
  const timeMs = PERIOD.periodUntilMs;
  const registrations = parties.map(({ party, member }) =>
    actionOf<RegisterMeter>(ACTION.registerMeter, registerMeterCodec, {
      ...PLAIN_CONNECTION,
      member,
      source: 'provider',
      key: agent.signer.publicKey,
      importLimitW: CONNECTION,
      exportLimitW: CONNECTION,
      renewable: party.role === 'producer' ? 'yes' : 'no',
    }),
  );
  const roots = readings.map((one) => ({
    meter: one.meter,
    root: readingsRootOf(sha256, [one]),
  }));
  proposer.send(
    agent.signer,
    timeMs,
    ...registrations,
    actionOf(ACTION.commitReadings, commitReadingsCodec, { ...PERIOD, roots }),
  );
  const { header, hash } = await proposer.block(timeMs);
  const steps = [
    `MiM agent registers ${parties.length} meters and commits to their readings of the quarter hour`,
    'the ledger holds one salted root for each meter; no reading stands on it',
  ];
  return { name: 'Delivery', header, hash, steps };
}

function compute(
  state: State,
  parties: readonly EnrolledParty[],
  readings: readonly Reading[],
): ComputedRun {
  return computeRun(sha256, {
    ...PERIOD,
    version: 3,
    slotLengthMs: QUARTER_HOUR_MS,
    trades: state.entries(trades),
    readings: new Map(readings.map((one) => [one.meter, [one]])),
    meters: new Map(state.entries(meters)),
    secrets: new Map(parties.map(({ member, secret }) => [member, secret])),
    commitments: state.entries(commitments),
  });
}

async function settle(
  proposer: Proposer,
  { agent, parties }: Delivering,
  computed: ComputedRun,
): Promise<SetmBlock> {
  const timeMs = PERIOD.periodUntilMs + BLOCK_MS;
  const message: ProposeRun = { run: computed.run };
  proposer.send(agent.signer, timeMs, actionOf(ACTION.proposeRun, proposeRunCodec, message));
  const { header, hash } = await proposer.block(timeMs);
  const symbolOf = new Map(parties.map(({ member, party }) => [member, party.symbol]));
  const steps = computed.members.map(({ member, amount, lines }) => {
    const sum = (field: 'traded' | 'delivered'): Energy =>
      energy(lines.reduce((total, line) => total + line[field], 0n));
    const verb = amount < 0n ? 'pays' : 'receives';
    const size = amount < 0n ? (-amount as typeof amount) : amount;
    return (
      `${symbolOf.get(member)} ${verb} ${euros(size)} for ${kWh(sum('delivered'))} delivered ` +
      `of ${kWh(sum('traded'))} agreed`
    );
  });
  return { name: 'Settlement', header, hash, steps };
}
