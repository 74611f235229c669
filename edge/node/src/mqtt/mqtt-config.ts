/** The part `mqtt` of a node's configuration. */

import { isAbsolute, join } from 'node:path';
import type { Fields } from '../config-fields.ts';
import { type MqttDevice, readDevice } from './device.ts';
import type { BrokerCertificate } from './local-broker.ts';

/** Where a password comes from. */
export type PasswordPlace = { readonly file: string } | { readonly environment: string };

export interface MqttConfig {
  readonly broker:
    | {
        readonly kind: 'local';
        readonly host: string;
        readonly port: number;
        readonly tls: BrokerCertificate | undefined;
      }
    | {
        readonly kind: 'remote';
        readonly url: string;
        readonly username: string | undefined;
        readonly password: PasswordPlace | undefined;
        readonly caFile: string | undefined;
        readonly protocol: '3.1.1' | '5';
      };
  /** The key that signs readings, in a keystore. */
  readonly gateway: { readonly keystore: string; readonly password: PasswordPlace };
  readonly devices: readonly MqttDevice[];
}

const DEVICES_MAX = 5000;
const MQTT_PORT = 1883;
const MQTTS_PORT = 8883;

/** @throws ConfigError naming the field. */
export function readMqtt(fields: Fields, baseDir: string): MqttConfig {
  const isRemote = fields.has('broker');
  if (isRemote && fields.has('listen')) {
    fields.fail('broker', 'either listen or broker', 'both');
  }
  const broker = isRemote
    ? fields.group('broker', (remote) => readRemote(remote, baseDir))
    : fields.group('listen', (listen) => readLocal(listen, baseDir));
  const gateway = fields.group('gateway', (own) => ({
    keystore: within(own.text('keystore'), baseDir),
    password: passwordPlace(own, baseDir, 'COMMONWATT_GATEWAY_PASSWORD'),
  }));
  const devices = fields.list('devices', DEVICES_MAX, readDevice);
  checkDevices(devices, isRemote, fields);
  return { broker, gateway, devices };
}

function readLocal(fields: Fields, baseDir: string): MqttConfig['broker'] {
  const file = (name: string) =>
    fields.has(name) ? within(fields.text(name), baseDir) : undefined;
  const [certificateFile, keyFile] = [file('certificateFile'), file('keyFile')];
  if ((certificateFile === undefined) !== (keyFile === undefined)) {
    const missing = certificateFile === undefined ? 'certificateFile' : 'keyFile';
    fields.fail(missing, 'certificateFile and keyFile together', 'nothing');
  }
  const hasTls = certificateFile !== undefined && keyFile !== undefined;
  const fallback = hasTls ? MQTTS_PORT : MQTT_PORT;
  return {
    kind: 'local',
    host: fields.text('host', { fallback: '127.0.0.1', lengthMax: 255 }),
    port: fields.whole('port', { least: 0, most: 65_535, fallback }),
    tls: hasTls ? { certificateFile, keyFile } : undefined,
  };
}

function readRemote(fields: Fields, baseDir: string): MqttConfig['broker'] {
  const isNamed = fields.has('username');
  return {
    kind: 'remote',
    url: fields.read('url', (text) => {
      const isMqtt = /^mqtts?:\/\/[^\s/@]+\/?$/.test(text) && URL.canParse(text);
      if (!isMqtt) throw new RangeError('an address with mqtts:// or mqtt:// and no name in it');
      return text;
    }),
    username: isNamed ? fields.text('username', { lengthMax: 200 }) : undefined,
    password: isNamed ? passwordPlace(fields, baseDir, 'COMMONWATT_MQTT_PASSWORD') : undefined,
    caFile: fields.has('caFile') ? within(fields.text('caFile'), baseDir) : undefined,
    protocol: fields.oneOf('protocol', ['3.1.1', '5'], '3.1.1'),
  };
}

function within(path: string, baseDir: string): string {
  return isAbsolute(path) ? path : join(baseDir, path);
}

function passwordPlace(fields: Fields, baseDir: string, variable: string): PasswordPlace {
  if (fields.has('passwordFile')) return { file: within(fields.text('passwordFile'), baseDir) };
  return { environment: fields.text('passwordEnvironment', { fallback: variable }) };
}

/** Each device, meter and topic once; a password where the broker is ours, and only there. */
function checkDevices(devices: readonly MqttDevice[], isRemote: boolean, fields: Fields): void {
  if (devices.length === 0) fields.fail('devices', 'a device', 'none');
  const seen = new Map<string, number>();
  for (const [at, device] of devices.entries()) {
    const field = `devices[${at}]`;
    for (const name of ['username', 'meter', 'topic'] as const) {
      const before = seen.get(`${name} ${device[name]}`);
      if (before !== undefined) {
        fields.fail(
          `${field}.${name}`,
          `another than that of devices[${before}]`,
          `'${device[name]}'`,
        );
      }
      seen.set(`${name} ${device[name]}`, at);
    }
    if (isRemote === (device.passwordHash !== undefined)) {
      const expected = isRemote ? 'none: another broker knows its devices' : 'a hash';
      fields.fail(`${field}.passwordHash`, expected, isRemote ? 'a hash' : 'nothing');
    }
  }
  for (const [at, device] of devices.entries()) {
    const other = devices.find(
      (one) =>
        one !== device &&
        one.ownTopics.some((own) => own.endsWith('/') && device.topic.startsWith(own)),
    );
    if (other === undefined) continue;
    const expected = `a topic that ${other.username} may not publish to`;
    fields.fail(`devices[${at}].topic`, expected, `'${device.topic}'`);
  }
}
