/** A node as `commonwatt node` runs it, with the door for devices in its configuration. */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createClient } from '@commonwatt/client';
import { hashPassword } from '@commonwatt/node';
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

/** A text with its length before it: MQTT 3.1.1, section 1.5.3. */
function textOf(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length & 255), bytes]);
}

function packetOf(type: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  if (body.length > 127) throw new Error('packet: expected a length of one byte');
  return Buffer.concat([Buffer.of(type, body.length), body]);
}

/** The broker's answers here have four bytes each, in however many pieces. */
async function answerOf(socket: Socket): Promise<readonly number[]> {
  const bytes: number[] = [];
  while (bytes.length < 4) {
    const [piece] = (await once(socket, 'data')) as [Buffer];
    bytes.push(...piece);
  }
  return bytes;
}

/** Section 3.1: a clean session with a name and a password. Answers the return code. */
async function login(socket: Socket, password: string): Promise<number> {
  const head = [textOf('MQTT'), Buffer.of(4, 0b1100_0010, 0, 60)];
  socket.write(packetOf(0x10, ...head, textOf('device'), textOf('house-1'), textOf(password)));
  const [type, length, present, code] = await answerOf(socket);
  expect([type, length, present]).toEqual([0x20, 2, 0]);
  return code as number;
}

/** Section 3.3 with quality of service 1: resolves when the broker took it. */
async function publish(socket: Socket, text: string, id: number): Promise<void> {
  const head = [textOf('tele/house-1/SENSOR'), Buffer.of(0, id)];
  socket.write(packetOf(0x32, ...head, Buffer.from(text)));
  expect(await answerOf(socket)).toEqual([0x40, 2, 0, id]);
}

test('devices log in, and what they say is counted and never logged', async () => {
  const said = /devices connect to mqtt:\/\/127\.0\.0\.1:(\d+)/;
  await expect.poll(() => node.log, { timeout: 20_000 }).toMatch(said);
  const port = Number(said.exec(node.log)?.[1]);
  expect(await login(connect(port, '127.0.0.1'), 'wrong')).toBe(4);
  const device = connect(port, '127.0.0.1');
  expect(await login(device, 'sun over the lagoon')).toBe(0);
  await publish(device, JSON.stringify({ ENERGY: { Total: 4711.25 } }), 1);
  await publish(device, '{', 2);
  device.destroy();
  const figures = String(await createClient({ baseUrl: node.url }).metrics());
  expect(figures).toContain('commonwatt_mqtt{what="messages"} 2');
  expect(figures).toContain('commonwatt_mqtt{what="payload_malformed"} 1');
  expect(figures).toContain('commonwatt_mqtt{what="login_refused"} 1');
  // Nobody registered the meter yet.
  expect(figures).toContain('commonwatt_mqtt{what="message_early"} 1');
  expect(await node.stop()).toBe(0);
  expect(node.log).not.toMatch(/4711|lagoon/);
});
