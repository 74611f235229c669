/** What a node is opened with. */

import type { ClockLimits, MachineTime } from '@commonwatt/consensus';
import type { Clock, Signer } from '@commonwatt/ledger';
import type { Logger } from 'pino';
import type { BillingSettings } from './billing/billing-settings.ts';
import type { CertificateOptions } from './certificates/certificate-ledger.ts';
import type { Tariff } from './community.ts';
import type { ServerOptions } from './http/server.ts';
import type { MqttOptions } from './mqtt/mqtt-door.ts';
import type { Site } from './personal/sun-elevation.ts';
import type { WitnessPeer } from './witness/cosigning.ts';

export interface NodeOptions {
  /** The folder of ledger and personal records; nothing keeps both in memory. */
  readonly dir?: string;
  /** The market's clock. */
  readonly clock: Clock;
  /**
   * Where the market's time is the machine's: the node then holds that clock against one that nobody
   * sets, and does not follow its steps at once. It takes the place of `clock`.
   */
  readonly clockWatch?: { readonly time: MachineTime; readonly limits?: ClockLimits };
  /** The genesis document, where the folder holds no ledger yet. */
  readonly genesis?: Uint8Array;
  /** The officer's key, for settlement and enrolments. */
  readonly officer: Signer;
  /** Signs checkpoints; the officer's key unless given. */
  readonly checkpointSigner?: Signer;
  /** Who cosigns the checkpoints; nobody unless given. */
  readonly witnesses?: readonly WitnessPeer[];
  /** How many of them make a checkpoint a cosigned one; 1 unless given. */
  readonly witnessThreshold?: number;
  readonly settlement?: {
    /** A day unless given. */
    readonly periodMs?: number;
    /** How long late readings are waited for; two hours unless given. */
    readonly graceMs?: number;
    /** How long corrections are gathered before a run takes them in; a day unless given. */
    readonly correctionEveryMs?: number;
    /** How long after its end a period's runs are provisional; its first is final unless given. */
    readonly finalAfterMs?: number;
    /** Settles unless this is false. */
    readonly enabled?: boolean;
  };
  /** How long after its slot a reading is taken; seven days unless given. */
  readonly readingAcceptanceMs?: number;
  /** How long after its slot a provider's value is taken; 92 days unless given. */
  readonly readingCorrectionMs?: number;
  /** Where the community is; without it the sun is left out of account. */
  readonly site?: Site;
  readonly tariff?: Tariff;
  /** What bills are made by; without it there are statements and no bills. */
  readonly billing?: BillingSettings;
  /** Where the community's days begin, such as Europe/Vienna; UTC unless given. */
  readonly timeZone?: string;
  /** The ledger of certificates beside the market's; without it there is none. */
  readonly certificates?: CertificateOptions;
  /** Without it no device is listened to. */
  readonly mqtt?: MqttOptions;
  /** Without it no HTTP server is made. */
  readonly http?: Omit<ServerOptions, 'logger'>;
  /** Blocks are made by `tick` and by `engine.flush` alone. */
  readonly manual?: boolean;
  readonly logger?: Logger;
}
