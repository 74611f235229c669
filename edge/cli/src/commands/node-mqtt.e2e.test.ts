/** A node as `commonwatt node` runs it, with the door for devices in its configuration. */

import { createClient } from '@commonwatt/client';
import { hashPassword } from '@commonwatt/node';
import mqtt from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RunningNode } from './running-node.test-support.ts';

let node: RunningNode;

beforeAll(async () => {
  // The officer's key is the gateway's as well.
  const more = `
mqtt:
  listen: { port: 0 }
  gateway: { keystore: officer.keystore.json, passwordEnvironment: COMMONWATT_PASSWORD }
  devices:
    - username: house-1
      passwordHash: ${await hashPassword('sun over the lagoon')}
      meter: 1
      topic: tele/house-1/SENSOR
      payload: tasmota
`;
  node = await RunningNode.start('info', more);
});
afterAll(async () => {
  await node?.remove();
});

test('devices log in, and what they say is counted and never logged', async () => {
  const said = /devices connect to (mqtt:\/\/127\.0\.0\.1:\d+)/;
  await expect.poll(() => node.log).toMatch(said);
  const url = said.exec(node.log)?.[1] ?? '';
  const options = { username: 'house-1', protocolVersion: 4, reconnectPeriod: 0 } as const;
  await expect(mqtt.connectAsync(url, { ...options, password: 'wrong' }, false)).rejects.toThrow();
  const device = await mqtt.connectAsync(url, { ...options, password: 'sun over the lagoon' });
  const payload = JSON.stringify({ ENERGY: { Total: 4711.25 } });
  await device.publishAsync('tele/house-1/SENSOR', payload, { qos: 1 });
  await device.publishAsync('tele/house-1/SENSOR', '{', { qos: 1 });
  await device.endAsync();
  const figures = String(await createClient({ baseUrl: node.url }).metrics());
  expect(figures).toContain('commonwatt_mqtt{what="messages"} 2');
  expect(figures).toContain('commonwatt_mqtt{what="payload_malformed"} 1');
  expect(figures).toContain('commonwatt_mqtt{what="login_refused"} 1');
  // Nobody registered the meter yet.
  expect(figures).toContain('commonwatt_mqtt{what="message_early"} 1');
  expect(await node.stop()).toBe(0);
  expect(node.log).not.toMatch(/4711|lagoon/);
});
