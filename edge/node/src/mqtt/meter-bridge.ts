/**
 * From messages of devices to readings: a device's counters become energies of slots, and the
 * gateway's key signs each slot that is over. The gateway is accountable for what it signs: its key
 * stands on the ledger as that of the meters behind it. Nothing here knows how a message came.
 */

import {
  fineEnergy,
  type RegisterFinding,
  type RegisterRules,
  type RegisterSlot,
  RegisterSlots,
  readingText,
} from '@commonwatt/api';
import type { Meter } from '@commonwatt/contracts';
import { type Clock, type Signer, utf8Bytes } from '@commonwatt/ledger';
import { energy } from '@commonwatt/units';
import type { Logger } from 'pino';
import type { ReadingsDesk, SignedReading } from '../readings-desk.ts';
import type { MqttDevice } from './device.ts';
import { PAYLOAD_REFUSALS, type PayloadRefusal, readPayload } from './payload.ts';
import type { RegisterMemory } from './register-memory.ts';

export interface BridgeOptions {
  readonly devices: readonly MqttDevice[];
  readonly desk: Pick<ReadingsDesk, 'take'>;
  readonly meterOf: (meter: number) => Meter | undefined;
  readonly gateway: Signer;
  /** The ledger, in hex. */
  readonly chain: string;
  readonly clock: Clock;
  readonly slotLengthMs: () => number;
  readonly memory: RegisterMemory;
  readonly logger: Logger;
}

/** What happened, by a closed list of names: no reading and nobody's name is in it. */
export const BRIDGE_FIGURES = [
  'messages',
  'messages_other',
  ...PAYLOAD_REFUSALS,
  'message_early',
  'slots_measured',
  'slots_estimated',
  'readings_stored',
  'readings_refused',
  'register_gap',
  'register_late',
  'register_reset',
  'register_swap',
  'register_wrap',
] as const;
export type BridgeFigure = (typeof BRIDGE_FIGURES)[number];

const DAY_MS = 86_400_000;
/** A rise beyond so many times the connection's size is another counter, not a faulty one. */
const SWAP_FACTOR = 4n;
/** Signed slots that wait for a store which does not answer, per device: a week. */
const WAITING_MAX = 7 * 96;
/** Kinds of trouble that are told once. */
const REFUSALS_LOGGED_MAX = 1000;

interface Line {
  readonly device: MqttDevice;
  registers: RegisterSlots | undefined;
  waiting: SignedReading[];
}

export class MeterBridge {
  readonly #options: BridgeOptions;
  readonly #lines: ReadonlyMap<string, Line>;
  readonly #figures = new Map<BridgeFigure, number>();
  readonly #logged = new Set<string>();
  #work: Promise<void> = Promise.resolve();

  constructor(options: BridgeOptions) {
    this.#options = options;
    this.#lines = new Map(
      options.devices.map((device) => [
        device.username,
        { device, registers: undefined, waiting: [] },
      ]),
    );
  }

  figure(name: BridgeFigure): number {
    return this.#figures.get(name) ?? 0;
  }

  #count(name: BridgeFigure, by = 1): void {
    this.#figures.set(name, this.figure(name) + by);
  }

  /** A message of a device's own topic, as it arrives. Never throws for what a device may send. */
  message(username: string, payload: Uint8Array): void {
    const line = this.#lines.get(username);
    if (line === undefined) throw new Error(`bridge: expected a known device, got ${username}`);
    const { device } = line;
    this.#count('messages');
    const reading = readPayload(device, payload, this.#options.clock.nowMs());
    if (reading.kind === 'other') {
      this.#count('messages_other');
      return;
    }
    if (reading.kind === 'refused') {
      this.#refused(device, reading.reason);
      return;
    }
    const registers = this.#registersOf(line);
    if (registers === undefined) return;
    const { slots, finding } = registers.take({ atMs: reading.atMs, values: reading.values });
    if (finding !== undefined) this.#found(device, finding);
    this.#handOver(line, slots);
  }

  #refused({ meter }: MqttDevice, reason: PayloadRefusal): void {
    this.#count(reason);
    this.#warnOnce(`${meter}/${reason}`, { meter, reason }, 'a message of a meter was left out');
  }

  #found({ meter }: MqttDevice, finding: RegisterFinding): void {
    this.#count(`register_${finding.kind}`);
    const { kind, missingFromMs, missingUntilMs } = finding;
    const slots = (missingUntilMs - missingFromMs) / this.#options.slotLengthMs();
    this.#options.logger.warn({ meter, kind, missingSlots: slots }, 'a meter did not simply count');
  }

  /** A device says the same thing again and again: its first word of a kind is enough. */
  #warnOnce(what: string, facts: object, text: string): void {
    if (this.#logged.has(what) || this.#logged.size >= REFUSALS_LOGGED_MAX) return;
    this.#logged.add(what);
    this.#options.logger.warn(facts, text);
  }

  /** Taken up where they were left. A meter that the ledger does not know yet has no slots. */
  #registersOf(line: Line): RegisterSlots | undefined {
    if (line.registers !== undefined) return line.registers;
    const { memory, meterOf, slotLengthMs } = this.#options;
    const { device } = line;
    const meter = meterOf(device.meter);
    if (meter === undefined) {
      this.#count('message_early');
      const facts = { meter: device.meter };
      this.#warnOnce(
        `${device.meter}/unknown`,
        facts,
        'a device of a meter that is not registered',
      );
      return undefined;
    }
    const counters = Object.values(device.registers).filter((one) => one !== undefined).length;
    const before = memory.read(meter.member, device.meter, counters);
    line.registers = new RegisterSlots(rulesOf(device, meter, slotLengthMs()), before);
    return line.registers;
  }

  #handOver(line: Line, slots: readonly RegisterSlot[]): void {
    if (slots.length === 0 && line.waiting.length === 0) return;
    for (const slot of slots) {
      this.#count(slot.quality === 'measured' ? 'slots_measured' : 'slots_estimated');
    }
    line.waiting = [...line.waiting, ...slots.map((slot) => this.#signed(line.device, slot))];
    const excess = line.waiting.length - WAITING_MAX;
    if (excess > 0) line.waiting = line.waiting.slice(excess);
    this.#work = this.#work.then(() => this.#deliver(line));
  }

  /**
   * One reading per slot and for ever: its counter is the slot's number, so that what is signed again
   * after a crash is told as a duplicate and never counts twice.
   */
  #signed(device: MqttDevice, { slotMs, energies, quality }: RegisterSlot): SignedReading {
    const { chain, gateway, slotLengthMs } = this.#options;
    const [first = 0n, second = 0n] = energies;
    const hasImport = device.registers.import !== undefined;
    const [importedWh, exportedWh] = hasImport ? [first, second] : [0n, first];
    const { meter } = device;
    const counter = slotMs / slotLengthMs();
    const parts = { chain, meter, slotMs, counter, importedWh, exportedWh, quality, version: 1 };
    return {
      meter,
      slotMs,
      counter,
      imported: energy(importedWh),
      exported: energy(exportedWh),
      quality,
      version: 1,
      key: gateway.publicKey,
      signature: gateway.sign(utf8Bytes(readingText(parts))),
    };
  }

  async #deliver(line: Line): Promise<void> {
    const { desk, logger, memory, meterOf } = this.#options;
    const { device, registers, waiting } = line;
    if (waiting.length === 0) return;
    try {
      const answers = await desk.take(waiting);
      line.waiting = line.waiting.slice(waiting.length);
      for (const answer of answers) {
        if (answer === undefined || answer.code === 'duplicate') {
          this.#count('readings_stored');
          continue;
        }
        this.#count('readings_refused');
        const facts = { meter: device.meter, code: answer.code };
        this.#warnOnce(`${device.meter}/${answer.code}`, facts, 'a reading of a meter was refused');
      }
      const member = meterOf(device.meter)?.member;
      const state = registers?.state;
      if (member !== undefined && state !== undefined) memory.write(member, device.meter, state);
    } catch (fault) {
      // They wait for the device's next message.
      logger.error({ err: fault, meter: device.meter }, 'readings could not be stored');
    }
  }

  /** Resolves when everything that came so far is on disk. */
  idle(): Promise<void> {
    return this.#work;
  }
}

function rulesOf(device: MqttDevice, meter: Meter, slotLengthMs: number): RegisterRules {
  const { importLimitW, exportLimitW } = meter;
  const most: bigint = importLimitW + exportLimitW;
  const { wrapAtKwh } = device;
  return {
    slotLengthMs,
    sampleGapMs: slotLengthMs,
    gapMs: DAY_MS,
    ...(most > 0n ? { powerMostW: most * SWAP_FACTOR } : {}),
    ...(wrapAtKwh === undefined ? {} : { wrapAt: fineEnergy(wrapAtKwh, 'kWh', 0) }),
  };
}
