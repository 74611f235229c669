/** The node's figures in the Prometheus text format, in a registry of their own. */

import { type AnyRefusal, refusalStatus } from '@commonwatt/api';
import { refusalCodes } from '@commonwatt/contracts';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { ledgerAheadMs } from './clock-news.ts';
import type { Desks } from './desks.ts';
import type { MqttFigures } from './mqtt/mqtt-figures.ts';
import { READING_REFUSALS } from './reading-refusal.ts';

const KNOWN_CODES: ReadonlySet<string> = new Set<string>([
  ...READING_REFUSALS,
  ...Object.keys(refusalStatus),
  ...refusalCodes,
]);

export class NodeMetrics {
  readonly #registry = new Registry();
  readonly #refusals: Counter<'code'>;
  readonly #durations: Histogram<'route' | 'status'>;

  constructor(options: {
    readonly desks: Pick<Desks, 'engine' | 'ledger' | 'clock' | 'clockWatch' | 'mqtt'>;
    readonly streamCount: () => number;
  }) {
    const { engine, ledger, clock, clockWatch, mqtt } = options.desks;
    this.#refusals = new Counter({
      name: 'commonwatt_refusals_total',
      help: 'Refused requests and transactions by code.',
      labelNames: ['code'],
      registers: [this.#registry],
    });
    this.#durations = new Histogram({
      name: 'commonwatt_request_duration_seconds',
      help: 'Time until a request was answered.',
      labelNames: ['route', 'status'],
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2],
      registers: [this.#registry],
    });
    if (mqtt !== undefined) this.#readDevices(mqtt);
    this.#read('height', 'Height of the last block on disk.', () => ledger.head?.height ?? -1);
    this.#read('blocks', 'Blocks made since the start.', () => engine.metrics.blocks);
    this.#read('empty_blocks', 'Blocks without a transaction.', () => engine.metrics.emptyBlocks);
    this.#read('transactions', 'Transactions in blocks.', () => engine.metrics.transactions);
    this.#read(
      'transactions_refused_at_door',
      'Transactions refused before a block.',
      () => engine.metrics.refusedAtDoor,
    );
    this.#read(
      'transactions_refused_in_block',
      'Transactions refused in a block.',
      () => engine.metrics.refusedInBlock,
    );
    this.#read('pool_transactions', 'Transactions waiting.', () => engine.metrics.poolCount);
    this.#read('pool_bytes', 'Bytes of transactions waiting.', () => engine.metrics.poolBytes);
    this.#read('halted', '1 when the node has halted.', () => (engine.halted ? 1 : 0));
    this.#read(
      'clock_step_seconds',
      'How far the clock of this machine stands after the one in use; 0 where it is followed.',
      () => (clockWatch?.step?.offsetMs ?? 0) / 1000,
    );
    this.#read('clock_steps', 'Steps that were not followed.', () => clockWatch?.steps ?? 0);
    this.#read(
      'ledger_ahead_seconds',
      'How far the last block stands after the clock.',
      () => ledgerAheadMs(clock, ledger) / 1000,
    );
    this.#read('event_streams', 'Open event streams.', options.streamCount);
    this.#read('memory_bytes', 'Resident memory.', () => process.memoryUsage.rss());
  }

  #readDevices(mqtt: MqttFigures): void {
    new Gauge({
      name: 'commonwatt_mqtt',
      help: 'What devices sent over MQTT since the start, by what became of it.',
      labelNames: ['what'],
      registers: [this.#registry],
      collect() {
        for (const what of mqtt.names) this.set({ what }, mqtt.figure(what));
      },
    });
  }

  #read(name: string, help: string, value: () => number): void {
    new Gauge({
      name: `commonwatt_${name}`,
      help,
      registers: [this.#registry],
      collect() {
        this.set(value());
      },
    });
  }

  /** Codes come from a closed list; any other becomes `other`, so that labels stay few. */
  refused(code: AnyRefusal | string): void {
    this.#refusals.inc({ code: KNOWN_CODES.has(code) ? code : 'other' });
  }

  answered(route: string, status: number, seconds: number): void {
    this.#durations.observe({ route, status: `${Math.floor(status / 100)}xx` }, seconds);
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
