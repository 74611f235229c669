/** Somebody else's broker, with MQTT 5 or 3.1.1: the node subscribes to its devices' own topics. */

import { readFileSync } from 'node:fs';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import type { Logger } from 'pino';
import type { MqttDevice } from './device.ts';

export interface RemoteBrokerOptions {
  /** mqtt:// or mqtts:// */
  readonly url: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Who vouches for the broker, where that is not one of the machine's own authorities. */
  readonly caFile: string | undefined;
  readonly protocol: '3.1.1' | '5';
  readonly devices: readonly MqttDevice[];
  readonly onMessage: (username: string, payload: Uint8Array) => void;
  readonly logger: Logger;
  /** Between attempts to reach it; five seconds unless given. */
  readonly reconnectMs?: number;
}

const RECONNECT_MS = 5000;
const CONNECT_MS = 15_000;
const KEEPALIVE_SECONDS = 60;

export class RemoteBroker {
  readonly #options: RemoteBrokerOptions;
  #client: MqttClient | undefined;

  constructor(options: RemoteBrokerOptions) {
    this.#options = options;
  }

  get isConnected(): boolean {
    return this.#client?.connected ?? false;
  }

  /** Connects, and again whenever the connection is lost: a broker that is away stops no node. */
  start(): void {
    const { caFile, devices, logger, onMessage, password, protocol, url, username } = this.#options;
    const options: IClientOptions = {
      protocolVersion: protocol === '5' ? 5 : 4,
      clean: true,
      keepalive: KEEPALIVE_SECONDS,
      connectTimeout: CONNECT_MS,
      reconnectPeriod: this.#options.reconnectMs ?? RECONNECT_MS,
      resubscribe: true,
      rejectUnauthorized: true,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(caFile === undefined ? {} : { ca: readFileSync(caFile) }),
    };
    const client = connect(url, options);
    this.#client = client;
    const byTopic = new Map(devices.map((device) => [device.topic, device]));
    client.on('message', (topic, payload, packet) => {
      const device = byTopic.get(topic);
      // What the broker kept for us says when it was kept by nothing: it may be of any age.
      if (device === undefined || packet.retain) return;
      onMessage(device.username, payload);
    });
    client.on('connect', () => {
      logger.info({ devices: devices.length }, 'connected to the broker');
      client.subscribe([...byTopic.keys()], { qos: 1 }, (fault) => {
        if (fault) logger.error({ err: fault }, 'the broker refused a topic');
      });
    });
    client.on('error', (fault) => logger.error({ err: fault }, 'the broker'));
    client.on('offline', () => logger.warn({}, 'the broker is away'));
  }

  async stop(): Promise<void> {
    await this.#client?.endAsync(true);
  }
}
