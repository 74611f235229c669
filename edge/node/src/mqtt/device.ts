/** A meter's device as the configuration names it: who it is, where it writes, and what. */

import { ENERGY_UNITS, type EnergyUnit, type ExactDecimal, readDecimal } from '@commonwatt/api';
import type { Fields } from '../config-fields.ts';
import { type JsonPath, parseJsonPath } from './json-path.ts';
import { readPasswordHash } from './password-hash.ts';

export const PAYLOADS = ['tasmota', 'shelly-gen2', 'json'] as const;
export type PayloadKind = (typeof PAYLOADS)[number];

/** A counter in the payload. The first place of these that the payload has is taken. */
export interface Register {
  readonly paths: readonly JsonPath[];
  readonly unit: EnergyUnit;
}

/** The instant of a payload, where it names one with its offset from UTC. */
export interface PayloadTime {
  readonly path: JsonPath;
  readonly format: 'iso' | 'unix-seconds' | 'unix-milliseconds';
}

export interface MqttDevice {
  /** Also the name it logs in with at the node's own broker. */
  readonly username: string;
  /** Only for the node's own broker. */
  readonly passwordHash: string | undefined;
  readonly meter: number;
  /** The one topic whose messages are readings. */
  readonly topic: string;
  /** What else it may publish: topics, or beginnings of topics that end in a slash. */
  readonly ownTopics: readonly string[];
  readonly payload: PayloadKind;
  readonly registers: Readonly<Record<'import' | 'export', Register | undefined>>;
  readonly time: PayloadTime | undefined;
  /** Where its counters begin anew at zero, in kWh. */
  readonly wrapAtKwh: ExactDecimal | undefined;
}

const DEVICE_NAME = /^[A-Za-z0-9._-]{1,64}$/;
const TOPIC = /^[^#+\s$/][^#+\s]{0,199}$/;
const COMPONENT = /^(em|em1|switch|pm1|cover):[0-9]{1,2}$/;
const METER_MOST = 4_294_967_295;

/** @throws ConfigError naming the field. */
export function readDevice(fields: Fields): MqttDevice {
  const username = fields.read('username', (text) => {
    if (!DEVICE_NAME.test(text)) throw new RangeError('1 to 64 letters, digits, dots, - and _');
    return text;
  });
  const passwordHash = fields.has('passwordHash')
    ? fields.read('passwordHash', (text) => {
        readPasswordHash(text);
        return text;
      })
    : undefined;
  const payload = fields.oneOf('payload', PAYLOADS);
  const topic = fields.read('topic', topicText);
  const device = {
    username,
    passwordHash,
    meter: fields.whole('meter', { least: 1, most: METER_MOST }),
    topic,
    ownTopics: ownTopicsOf(topic, payload, fields),
    payload,
    registers: registersOf(payload, fields),
    time: payload === 'json' && fields.has('time') ? fields.group('time', readTime) : undefined,
    wrapAtKwh: fields.has('wrapAtKwh') ? fields.read('wrapAtKwh', positiveDecimal) : undefined,
  };
  if (device.registers.import === undefined && device.registers.export === undefined) {
    fields.fail('import', 'a register to import or to export', 'neither');
  }
  return device;
}

function topicText(text: string): string {
  if (!TOPIC.test(text)) throw new RangeError('a topic without #, + and spaces');
  return text;
}

function positiveDecimal(text: string): ExactDecimal {
  const value = readDecimal(text);
  if (value === undefined || value.digits <= 0n) throw new RangeError('a number above zero');
  return value;
}

/** Devices say more than their readings, and would come back for ever if that were refused. */
function ownTopicsOf(topic: string, payload: PayloadKind, fields: Fields): readonly string[] {
  const further = fields.has('alsoPublishes')
    ? fields.read('alsoPublishes', (text) => text.split(' ').map(topicText))
    : [];
  if (payload === 'tasmota') {
    const name = /^tele\/(.+)\/SENSOR$/.exec(topic)?.[1];
    if (name === undefined) fields.fail('topic', 'tele/NAME/SENSOR for tasmota', `'${topic}'`);
    return [`tele/${name}/`, `stat/${name}/`, 'tasmota/discovery/', ...further];
  }
  if (payload === 'shelly-gen2') {
    const name = /^(.+)\/(?:events\/rpc|status\/[a-z0-9]+:[0-9]+)$/.exec(topic)?.[1];
    if (name === undefined) {
      fields.fail('topic', 'NAME/events/rpc or NAME/status/emdata:0 for shelly-gen2', `'${topic}'`);
    }
    return [`${name}/`, ...further];
  }
  return further;
}

function registersOf(payload: PayloadKind, fields: Fields): MqttDevice['registers'] {
  if (payload === 'shelly-gen2') return shellyRegisters(fields);
  const own = (name: string) => (fields.has(name) ? fields.group(name, readRegister) : undefined);
  const registers = { import: own('import'), export: own('export') };
  if (payload === 'json' || registers.import !== undefined || registers.export !== undefined) {
    return registers;
  }
  return { import: { paths: [parseJsonPath('$.ENERGY.Total')], unit: 'kWh' }, export: undefined };
}

/**
 * Shelly counts in Wh. The status of a component is either the whole message (its status topic), or
 * stands under the component's name in a notification. A plug or switch counts one direction alone.
 */
function shellyRegisters(fields: Fields): MqttDevice['registers'] {
  const component = fields.has('component')
    ? fields.read('component', (text) => {
        if (!COMPONENT.test(text)) throw new RangeError('em:0, em1:0, switch:0, pm1:0 or cover:0');
        return text;
      })
    : 'em:0';
  const [kind = '', id = ''] = component.split(':');
  const counted = {
    em: ['total_act', 'total_act_ret'],
    em1: ['total_act_energy', 'total_act_ret_energy'],
  };
  const isMeter = kind === 'em' || kind === 'em1';
  const [taken, given] = isMeter ? counted[kind] : ['aenergy.total', 'ret_aenergy.total'];
  const place = isMeter ? `${kind}data:${id}` : component;
  const register = (name: string | undefined): Register => ({
    paths: [parseJsonPath(`$.params['${place}'].${name}`), parseJsonPath(`$.${name}`)],
    unit: 'Wh',
  });
  const ways = fields.oneOf(
    'directions',
    ['import', 'export', 'both'],
    isMeter ? 'both' : 'import',
  );
  // A plug of a solar plant counts what the plant gives as taken.
  const isPlant = !isMeter && ways === 'export';
  return {
    import: ways === 'export' ? undefined : register(taken),
    export: ways === 'import' ? undefined : register(isPlant ? taken : given),
  };
}

function readRegister(fields: Fields): Register {
  return {
    paths: [fields.read('path', parseJsonPath)],
    unit: fields.oneOf('unit', ENERGY_UNITS),
  };
}

function readTime(fields: Fields): PayloadTime {
  return {
    path: fields.read('path', parseJsonPath),
    format: fields.oneOf('format', ['iso', 'unix-seconds', 'unix-milliseconds']),
  };
}
