/** Our broker and the bridge to another's, over TLS: whoever cannot prove the name is refused. */

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { createServer } from 'node:tls';
import { Aedes } from 'aedes';
import mqtt from 'mqtt';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { configFields } from '../config-fields.ts';
import { noOpenssl, TestAuthority } from './broker-certificate.test-support.ts';
import { readDevice } from './device.ts';
import { LocalBroker } from './local-broker.ts';
import { hashPassword } from './password-hash.ts';
import { RemoteBroker } from './remote-broker.ts';

const PASSWORD = 'a password of a device';
const quiet = pino({ level: 'silent' });
const deviceOf = (more: string) =>
  readDevice(
    configFields(
      `username: h1\nmeter: 1\ntopic: tele/h1/SENSOR\npayload: tasmota\n${more}`,
      'node.yaml',
    ),
  );

type Files = ReturnType<TestAuthority['certify']>;
let authority: TestAuthority;
let stranger: TestAuthority;
/** What ends after a test, the last first. */
const open: (() => Promise<unknown>)[] = [];

beforeAll(() => {
  if (noOpenssl !== undefined) return;
  authority = new TestAuthority();
  stranger = new TestAuthority();
});
beforeEach((context) => {
  if (noOpenssl !== undefined) context.skip(noOpenssl);
});
afterEach(async () => {
  for (const end of open.splice(0).reverse()) await end();
});
afterAll(() => {
  authority?.remove();
  stranger?.remove();
});

/** Our own broker, and what a device said to it. */
async function ownBroker(tls: Files) {
  const heard: string[] = [];
  let news: () => void = () => undefined;
  const broker = new LocalBroker({
    host: '127.0.0.1',
    port: 0,
    tls,
    devices: [deviceOf(`passwordHash: ${await hashPassword(PASSWORD)}\n`)],
    onMessage: (username, payload) => {
      heard.push(`${username}: ${Buffer.from(payload).toString()}`);
      news();
    },
    logger: quiet,
  });
  const port = await broker.listen();
  open.push(() => broker.close());
  const next = () =>
    new Promise<void>((done) => {
      news = done;
    });
  return { broker, port, heard, next };
}

const login = { username: 'h1', password: PASSWORD, reconnectPeriod: 0 };

test('a device that knows the authority is heard over TLS', async () => {
  const { port, heard, next } = await ownBroker(authority.certify('IP:127.0.0.1'));
  const arrived = next();
  const ca = readFileSync(authority.caFile);
  const device = await mqtt.connectAsync(`mqtts://127.0.0.1:${port}`, { ...login, ca });
  open.push(() => device.endAsync(true));
  await device.publishAsync('tele/h1/SENSOR', '{"wh":1}', { qos: 1 });
  await arrived;
  expect(heard).toEqual(['h1: {"wh":1}']);
});

test.each([
  ['of another authority', 'IP:127.0.0.1', /self-signed|unable to|issuer/i],
  ['for another name', 'DNS:broker.example.org', /altnames/i],
])('a device refuses a broker with a certificate %s', async (_name, subject, reason) => {
  const isStrange = subject === 'IP:127.0.0.1';
  const { port, broker } = await ownBroker((isStrange ? stranger : authority).certify(subject));
  const ca = readFileSync(authority.caFile);
  const connecting = mqtt.connectAsync(`mqtts://127.0.0.1:${port}`, { ...login, ca });
  await expect(connecting).rejects.toThrow(reason);
  expect(broker.figure('login_refused')).toBe(0);
});

test('what speaks no TLS is turned away, and nobody is kept for it', async () => {
  const { port, broker } = await ownBroker(authority.certify('IP:127.0.0.1'));
  const plain = mqtt.connect(`mqtt://127.0.0.1:${port}`, { ...login });
  await new Promise<void>((done) => plain.once('close', () => done()));
  await plain.endAsync(true);
  await expect.poll(() => broker.connections).toBe(0);
  expect(broker.figure('protocol_fault')).toBe(1);
});

/** Somebody else's broker over TLS; counts who got through to it. */
async function theirBroker({ certificateFile, keyFile }: Files) {
  const aedes = await Aedes.createBroker();
  const sockets = new Set<Socket>();
  const files = { cert: readFileSync(certificateFile), key: readFileSync(keyFile) };
  const server = createServer(files, (socket) => aedes.handle(socket));
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  open.push(async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((done) => aedes.close(done));
    await closed;
  });
  return { aedes, url: `mqtts://127.0.0.1:${address.port}` };
}

/** The bridge to it, and the first fault that it told. */
function bridge(url: string, onMessage: (text: string) => void = () => undefined) {
  let tell: (fault: string) => void;
  const fault = new Promise<string>((done) => {
    tell = done;
  });
  const remote = new RemoteBroker({
    url,
    username: undefined,
    password: undefined,
    caFile: authority.caFile,
    protocol: '3.1.1',
    devices: [deviceOf('')],
    onMessage: (_username, payload) => onMessage(Buffer.from(payload).toString()),
    logger: pino({ level: 'error' }, { write: (line: string) => tell(line) }),
  });
  remote.start();
  open.push(() => remote.stop());
  return { remote, fault };
}

test('the bridge listens over TLS to a broker that its authority vouches for', async () => {
  const { aedes, url } = await theirBroker(authority.certify('IP:127.0.0.1'));
  const subscribed = once(aedes, 'subscribe');
  let heard: (text: string) => void = () => undefined;
  const arrived = new Promise<string>((done) => {
    heard = done;
  });
  const { remote } = bridge(url, heard);
  await subscribed;
  expect(remote.isConnected).toBe(true);
  const message = {
    topic: 'tele/h1/SENSOR',
    payload: Buffer.from('now'),
    qos: 0,
    retain: false,
  } as const;
  await new Promise<void>((done, fail) =>
    aedes.publish({ ...message, cmd: 'publish', dup: false }, (fault) =>
      fault ? fail(fault) : done(),
    ),
  );
  expect(await arrived).toBe('now');
});

test.each([
  ['of another authority', 'IP:127.0.0.1', /UNABLE_TO_|SELF_SIGNED/],
  ['for another name', 'DNS:broker.example.org', /ERR_TLS_CERT_ALTNAME_INVALID/],
])('the bridge refuses a broker with a certificate %s', async (_name, subject, code) => {
  const isStrange = subject === 'IP:127.0.0.1';
  const { aedes, url } = await theirBroker((isStrange ? stranger : authority).certify(subject));
  const { remote, fault } = bridge(url);
  expect(await fault).toMatch(code);
  expect(remote.isConnected).toBe(false);
  expect(aedes.connectedClients).toBe(0);
});
