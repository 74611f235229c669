import { describe, expect, test } from 'vitest';
import { ConfigError, configFields } from '../config-fields.ts';
import { type MqttConfig, readMqtt } from './mqtt-config.ts';

const HASH = `scrypt$16384$8$1$${'A'.repeat(22)}$${'A'.repeat(43)}`;
const LOCAL = `listen: { port: 1884 }
gateway: { keystore: gateway.keystore.json, passwordFile: gateway.password }
devices:
  - username: h1
    passwordHash: ${HASH}
    meter: 1
    topic: tele/h1/SENSOR
    payload: tasmota
  - username: s1
    passwordHash: ${HASH}
    meter: 2
    topic: shelly-1/events/rpc
    payload: shelly-gen2
`;
const REMOTE = LOCAL.replace(
  'listen: { port: 1884 }',
  'broker: { url: "mqtts://broker.example.org:8883", username: node, caFile: ca.pem, protocol: "5" }',
).replaceAll(`    passwordHash: ${HASH}\n`, '');

function read(text: string): MqttConfig {
  const fields = configFields(text, 'node.yaml');
  const config = readMqtt(fields, '/etc/community');
  fields.end();
  return config;
}

test('our own broker', () => {
  const config = read(LOCAL);
  const plain = { kind: 'local', host: '127.0.0.1', port: 1884, tls: undefined };
  expect(config.broker).toEqual(plain);
  expect(config.gateway).toEqual({
    keystore: '/etc/community/gateway.keystore.json',
    password: { file: '/etc/community/gateway.password' },
  });
  expect(config.devices.map(({ username, meter }) => [username, meter])).toEqual([
    ['h1', 1],
    ['s1', 2],
  ]);
});

test('our own broker with a certificate, at the port that is usual for it', () => {
  const listen = 'listen: { host: 0.0.0.0, certificateFile: mqtt.pem, keyFile: /keys/mqtt.key }';
  expect(read(LOCAL.replace('listen: { port: 1884 }', listen)).broker).toEqual({
    kind: 'local',
    host: '0.0.0.0',
    port: 8883,
    tls: { certificateFile: '/etc/community/mqtt.pem', keyFile: '/keys/mqtt.key' },
  });
});

test("another's", () => {
  expect(read(REMOTE).broker).toEqual({
    kind: 'remote',
    url: 'mqtts://broker.example.org:8883',
    username: 'node',
    password: { environment: 'COMMONWATT_MQTT_PASSWORD' },
    caFile: '/etc/community/ca.pem',
    protocol: '5',
  });
});

describe('a fault is named', () => {
  test.each([
    [LOCAL, 'listen: { port: 1884 }', 'listen: { port: 1 }\nbroker: { url: mqtt://x }', 'broker'],
    [LOCAL, 'port: 1884', 'certificateFile: mqtt.pem', 'listen.keyFile'],
    [LOCAL, 'port: 1884', 'keyFile: mqtt.key', 'listen.certificateFile'],
    [LOCAL, 'meter: 2', 'meter: 1', 'devices[1].meter'],
    [LOCAL, 'username: s1', 'username: h1', 'devices[1].username'],
    [LOCAL, 'topic: shelly-1/events/rpc', 'topic: tele/h1/events/rpc', 'devices[0].topic'],
    [LOCAL, `    passwordHash: ${HASH}\n`, '', 'devices[0].passwordHash'],
    [REMOTE, 'meter: 2', `meter: 2\n    passwordHash: ${HASH}`, 'devices[1].passwordHash'],
    [REMOTE, 'mqtts://broker', 'mqtts://node:secret@broker', 'broker.url'],
    [REMOTE, 'mqtts://broker', 'https://broker', 'broker.url'],
    [LOCAL, 'gateway: {', 'gateway: { key: 5, ', 'gateway.key'],
    [LOCAL.slice(0, LOCAL.indexOf('devices')), '', '', 'devices'],
  ])('%#', (text, from, to, field) => {
    expect(text).toContain(from);
    let fault: unknown;
    try {
      read(text.replace(from, to));
    } catch (error) {
      fault = error;
    }
    expect(fault).toBeInstanceOf(ConfigError);
    expect((fault as ConfigError).field).toBe(field);
  });
});
