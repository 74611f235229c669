import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import mqtt from 'mqtt';
import pino from 'pino';
import { expect, test } from 'vitest';
import { configFields } from '../config-fields.ts';
import { readDevice } from './device.ts';
import { RemoteBroker } from './remote-broker.ts';

const DEVICE = 'username: h1\nmeter: 1\ntopic: tele/h1/SENSOR\npayload: tasmota\n';

/** Somebody else's broker. */
async function broker(port = 0) {
  const aedes = await Aedes.createBroker({
    authenticate: (_client, name, password, done) =>
      done(null, name !== 'node' || password?.toString() === 'secret'),
  });
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    aedes.handle(socket);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    aedes,
    port: address.port,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((done) => aedes.close(done));
      await closed;
    },
  };
}

test("the devices' own topics are heard, and what a broker kept is not", async () => {
  const theirs = await broker();
  const heard: string[] = [];
  let news: () => void = () => undefined;
  const url = `mqtt://127.0.0.1:${theirs.port}`;
  const device = await mqtt.connectAsync(url, { protocolVersion: 4, clientId: 'device' });
  await device.publishAsync('tele/h1/SENSOR', 'kept of old', { qos: 1, retain: true });
  const subscribed = once(theirs.aedes, 'subscribe');
  const remote = new RemoteBroker({
    url,
    username: 'node',
    password: 'secret',
    caFile: undefined,
    protocol: '3.1.1',
    devices: [readDevice(configFields(DEVICE, 'node.yaml'))],
    onMessage: (username, payload) => {
      heard.push(`${username}: ${Buffer.from(payload).toString()}`);
      news();
    },
    logger: pino({ level: 'silent' }),
  });
  remote.start();
  await subscribed;
  expect(remote.isConnected).toBe(true);
  const arrived = new Promise<void>((done) => {
    news = done;
  });
  await device.publishAsync('tele/other/SENSOR', 'of another', { qos: 1 });
  await device.publishAsync('tele/h1/SENSOR', 'now', { qos: 1 });
  await arrived;
  expect(heard).toEqual(['h1: now']);
  await device.endAsync(true);
  await remote.stop();
  await theirs.close();
});

test('a broker that is away stops nothing, and is found when it is back', async () => {
  const before = await broker();
  const { port } = before;
  await before.close();
  const lines: string[] = [];
  const remote = new RemoteBroker({
    url: `mqtt://127.0.0.1:${port}`,
    username: undefined,
    password: undefined,
    caFile: undefined,
    protocol: '3.1.1',
    devices: [readDevice(configFields(DEVICE, 'node.yaml'))],
    onMessage: () => undefined,
    logger: pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) }),
    reconnectMs: 20,
  });
  remote.start();
  while (lines.length === 0) await new Promise((done) => setImmediate(done));
  expect(remote.isConnected).toBe(false);
  const back = await broker(port);
  await once(back.aedes, 'subscribe');
  expect(remote.isConnected).toBe(true);
  await remote.stop();
  await back.close();
});
