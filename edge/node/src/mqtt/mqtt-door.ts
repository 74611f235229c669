/** The door for devices that speak MQTT: a broker, ours or another's, and the bridge behind it. */

import type { Signer } from '@commonwatt/ledger';
import type { Logger } from 'pino';
import type { MqttDevice } from './device.ts';
import {
  BROKER_FIGURES,
  type BrokerCertificate,
  type BrokerLimits,
  LocalBroker,
} from './local-broker.ts';
import { BRIDGE_FIGURES, type BridgeOptions, MeterBridge } from './meter-bridge.ts';
import type { MqttFigures } from './mqtt-figures.ts';
import { RemoteBroker, type RemoteBrokerOptions } from './remote-broker.ts';

/** Where the messages come from. */
export type BrokerPlace =
  | {
      readonly kind: 'local';
      readonly host: string;
      readonly port: number;
      readonly tls?: BrokerCertificate | undefined;
      readonly limits?: Partial<BrokerLimits>;
    }
  | ({ readonly kind: 'remote' } & Pick<
      RemoteBrokerOptions,
      'url' | 'username' | 'password' | 'caFile' | 'protocol'
    >);

export interface MqttOptions {
  readonly broker: BrokerPlace;
  /** The key that signs readings: that of the devices' meters on the ledger. */
  readonly gateway: Signer;
  readonly devices: readonly MqttDevice[];
}

export class MqttDoor implements MqttFigures {
  readonly bridge: MeterBridge;
  readonly #local: LocalBroker | undefined;
  readonly #remote: RemoteBroker | undefined;
  readonly #logger: Logger;

  constructor(mqtt: MqttOptions, behind: Omit<BridgeOptions, 'devices' | 'gateway'>) {
    const { broker, devices, gateway } = mqtt;
    const { logger } = behind;
    this.#logger = logger;
    this.bridge = new MeterBridge({ ...behind, devices, gateway });
    const onMessage = (username: string, payload: Uint8Array) =>
      this.bridge.message(username, payload);
    if (broker.kind === 'local') {
      this.#local = new LocalBroker({ ...broker, devices, onMessage, logger });
    } else {
      this.#remote = new RemoteBroker({ ...broker, devices, onMessage, logger });
    }
  }

  get names(): readonly string[] {
    return [...BRIDGE_FIGURES, ...(this.#local === undefined ? [] : BROKER_FIGURES)];
  }

  figure(name: string): number {
    const ours = BRIDGE_FIGURES.find((one) => one === name);
    if (ours !== undefined) return this.bridge.figure(ours);
    const broker = BROKER_FIGURES.find((one) => one === name);
    return broker === undefined ? 0 : (this.#local?.figure(broker) ?? 0);
  }

  /** Answers the port of the node's own broker. */
  async start(): Promise<number | undefined> {
    this.#remote?.start();
    const port = await this.#local?.listen();
    if (port !== undefined) this.#logger.info({ port }, 'listening for devices');
    return port;
  }

  async stop(): Promise<void> {
    await this.#local?.close();
    await this.#remote?.stop();
    await this.bridge.idle();
  }
}
