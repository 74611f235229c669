/**
 * The node's own broker, for a community that has none: MQTT 3.1.1. A device logs in with its own
 * password, publishes to its own topics alone, and subscribes to none that it shares. Nothing is
 * kept for anybody: no sessions, no retained messages, no wills, and no message goes to a stranger.
 */

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import type { Logger } from 'pino';
import type { MqttDevice } from './device.ts';
import { GuardedSocket } from './packet-guard.ts';
import { isPassword, PASSWORD_CHARACTERS_MAX } from './password-hash.ts';
import { PAYLOAD_BYTES_MAX } from './payload.ts';

export interface BrokerLimits {
  readonly connections: number;
  readonly connectionsPerAddress: number;
  /** Until a connection has said who it is. */
  readonly connectMs: number;
  readonly keepaliveSeconds: number;
  readonly messagesPerMinute: number;
  /** Wrong passwords of an address in a minute, before its next are not looked at. */
  readonly failuresPerMinute: number;
}

export const BROKER_LIMITS: BrokerLimits = {
  connections: 1000,
  connectionsPerAddress: 100,
  connectMs: 10_000,
  keepaliveSeconds: 3600,
  messagesPerMinute: 600,
  failuresPerMinute: 20,
};

/** Why a client was turned away, by a closed list. */
export const BROKER_FIGURES = [
  'connections_refused',
  'login_refused',
  'topic_foreign',
  'subscription_refused',
  'packet_too_large',
  'protocol_fault',
  'rate_exceeded',
] as const;
export type BrokerFigure = (typeof BROKER_FIGURES)[number];

/** What the broker shows to devices that speak TLS: PEM files, the chain after the certificate. */
export interface BrokerCertificate {
  readonly certificateFile: string;
  readonly keyFile: string;
}

export interface BrokerOptions {
  readonly host: string;
  readonly port: number;
  /** Without one the broker speaks no TLS, with one nothing else. */
  readonly tls?: BrokerCertificate | undefined;
  readonly devices: readonly MqttDevice[];
  readonly onMessage: (username: string, payload: Uint8Array) => void;
  readonly logger: Logger;
  readonly limits?: Partial<BrokerLimits>;
}

const MINUTE_MS = 60_000;
/** Header, topic and message number around the largest payload. */
const PACKET_BYTES_MAX = PAYLOAD_BYTES_MAX + 1024;
const SUBSCRIPTIONS_MAX = 20;
const ADDRESSES_MAX = 10_000;
const BAD_PASSWORD = 4;

/** Counts in the current minute, for a bounded number of names. */
class MinuteCounts {
  readonly #counts = new Map<string, number>();
  #minute = 0;

  add(name: string): number {
    const minute = Math.floor(performance.now() / MINUTE_MS);
    if (minute !== this.#minute || this.#counts.size > ADDRESSES_MAX) this.#counts.clear();
    this.#minute = minute;
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return count;
  }

  of(name: string): number {
    const minute = Math.floor(performance.now() / MINUTE_MS);
    return minute === this.#minute ? (this.#counts.get(name) ?? 0) : 0;
  }
}

export class LocalBroker {
  readonly #options: BrokerOptions;
  readonly #limits: BrokerLimits;
  readonly #devices: ReadonlyMap<string, MqttDevice>;
  readonly #figures = new Map<BrokerFigure, number>();
  readonly #sockets = new Map<Socket, string>();
  readonly #failures = new MinuteCounts();
  readonly #messages = new MinuteCounts();
  /** Who a client logged in as. */
  readonly #names = new WeakMap<Client, MqttDevice>();
  readonly #addresses = new WeakMap<object, string>();
  #logins: Promise<unknown> = Promise.resolve();
  readonly #aedes: Aedes;
  readonly #server: Server;

  constructor(options: BrokerOptions) {
    this.#options = options;
    this.#limits = { ...BROKER_LIMITS, ...options.limits };
    this.#devices = new Map(options.devices.map((device) => [device.username, device]));
    this.#aedes = this.#makeBroker();
    this.#server = this.#makeServer(options.tls);
  }

  figure(name: BrokerFigure): number {
    return this.#figures.get(name) ?? 0;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  #count(name: BrokerFigure): void {
    this.#figures.set(name, this.figure(name) + 1);
  }

  /** Answers the port. */
  async listen(): Promise<number> {
    const { host, port } = this.#options;
    await this.#aedes.listen();
    this.#server.listen(port, host);
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('mqtt: no port');
    return address.port;
  }

  async close(): Promise<void> {
    const closed = this.#server.listening ? once(this.#server, 'close') : undefined;
    this.#server.close();
    for (const socket of this.#sockets.keys()) socket.destroy();
    await new Promise<void>((done) => this.#aedes.close(done));
    await closed;
  }

  #makeServer(tls: BrokerCertificate | undefined): Server {
    if (tls === undefined) {
      return createServer((socket) => {
        if (this.#admit(socket)) this.#handle(socket);
      });
    }
    const server = createTlsServer(
      {
        cert: readFileSync(tls.certificateFile),
        key: readFileSync(tls.keyFile),
        minVersion: 'TLSv1.2',
        handshakeTimeout: this.#limits.connectMs,
      },
      (socket) => this.#handle(socket),
    );
    // Counted before the handshake, which is the dear part: who is too many gets none.
    server.on('connection', (socket: Socket) => this.#admit(socket));
    server.on('tlsClientError', (_fault, socket) => {
      this.#count('protocol_fault');
      socket.destroy();
    });
    return server;
  }

  /** Whether there is room for one more, from this address and in all. */
  #admit(socket: Socket): boolean {
    const address = socket.remoteAddress ?? '';
    const { connections, connectionsPerAddress } = this.#limits;
    const own = [...this.#sockets.values()].filter((one) => one === address).length;
    if (this.#sockets.size >= connections || own >= connectionsPerAddress) {
      this.#count('connections_refused');
      socket.destroy();
      return false;
    }
    socket.setNoDelay(true);
    this.#sockets.set(socket, address);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    return true;
  }

  #handle(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    const guarded = new GuardedSocket(socket, PACKET_BYTES_MAX, () =>
      this.#count('packet_too_large'),
    );
    this.#addresses.set(guarded, socket.remoteAddress ?? '');
    this.#aedes.handle(guarded);
  }

  #makeBroker(): Aedes {
    const { connectMs, keepaliveSeconds } = this.#limits;
    const broker = new Aedes({
      connectTimeout: connectMs,
      keepaliveLimit: keepaliveSeconds,
      maxInflightInbound: 10,
      maxTopicLevels: 20,
      queueLimit: 20,
      preConnect: (_client, packet, done) => {
        // A session belongs to a device, not to a name that anybody may say: nobody can end
        // another's, and nothing is kept of one that is over.
        packet.clientId = packet.username ?? '';
        packet.clean = true;
        delete packet.will;
        done(null, true);
      },
      authenticate: (client, username, password, done) => {
        this.#login(client, username, password).then(
          (isKnown) => (isKnown ? done(null, true) : done(badPassword(), false)),
          (fault: Error) => {
            this.#options.logger.error({ err: fault }, 'a login could not be judged');
            done(badPassword(), false);
          },
        );
      },
      authorizePublish: (client, packet, done) => {
        packet.retain = false;
        done(this.#refusePublish(client, packet.topic));
      },
      authorizeSubscribe: (client, subscription, done) => {
        if (this.#maySubscribe(client, subscription.topic)) done(null, subscription);
        else {
          this.#count('subscription_refused');
          done(null, null);
        }
      },
    });
    broker.on('publish', (packet, client) => {
      const device = client === null ? undefined : this.#names.get(client);
      if (device === undefined || packet.topic !== device.topic) return;
      const { payload } = packet;
      const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
      this.#options.onMessage(device.username, bytes);
    });
    broker.on('clientError', () => this.#count('protocol_fault'));
    broker.on('connectionError', () => this.#count('protocol_fault'));
    return broker;
  }

  /** One after the other: what a password costs us is bounded however many come at once. */
  #login(
    client: Client,
    username: string | undefined,
    password: Buffer | undefined,
  ): Promise<boolean> {
    const judged = this.#logins.then(() => this.#judgeLogin(client, username, password));
    this.#logins = judged.catch(() => undefined);
    return judged;
  }

  async #judgeLogin(
    client: Client,
    username: string | undefined,
    password: Buffer | undefined,
  ): Promise<boolean> {
    const address = this.#addresses.get(client.conn) ?? '';
    const device = this.#devices.get(username ?? '');
    const text = password?.toString('utf8') ?? '';
    const isTried = this.#failures.of(address) < this.#limits.failuresPerMinute;
    const isShort = text.length <= PASSWORD_CHARACTERS_MAX;
    const isDevice =
      !client.closed && isTried && isShort && (await isPassword(text, device?.passwordHash));
    if (device === undefined || !isDevice) {
      this.#failures.add(address);
      this.#count('login_refused');
      return false;
    }
    this.#names.set(client, device);
    return true;
  }

  /** MQTT 3.1.1 knows no answer to a message but taking it and ending the connection. */
  #refusePublish(client: Client | null, topic: string): Error | null {
    const device = client === null ? undefined : this.#names.get(client);
    if (device === undefined || !isOwnTopic(device, topic)) {
      this.#count('topic_foreign');
      return new Error('not a topic of this device');
    }
    if (this.#messages.add(device.username) > this.#limits.messagesPerMinute) {
      this.#count('rate_exceeded');
      return new Error('too many messages');
    }
    return null;
  }

  #maySubscribe(client: Client, topic: string): boolean {
    const device = this.#names.get(client);
    if (device === undefined || /[#+]/.test(topic)) return false;
    const { subscriptions } = client as Client & { subscriptions?: Record<string, unknown> };
    if (Object.keys(subscriptions ?? {}).length >= SUBSCRIPTIONS_MAX) return false;
    return device.ownTopics.some((own) => isWithin(own, topic) && !own.startsWith('tasmota/'));
  }
}

function isOwnTopic(device: MqttDevice, topic: string): boolean {
  return topic === device.topic || device.ownTopics.some((own) => isWithin(own, topic));
}

function isWithin(own: string, topic: string): boolean {
  return own.endsWith('/') ? topic.startsWith(own) : topic === own;
}

function badPassword(): AuthenticateError {
  return Object.assign(new Error('bad user name or password'), { returnCode: BAD_PASSWORD });
}
