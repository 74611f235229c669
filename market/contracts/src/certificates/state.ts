/** Entitlements on the market's ledger; ranges, duties and debts on that of certificates. Tables 80 to 85. */

import { type Codec, energyWh, struct, table, textUpTo, u32, u64 } from '@commonwatt/ledger';
import type { Energy } from '@commonwatt/units';
import {
  type EntitlementKey,
  entitlementKeyCodec,
  type Production,
  REGION_CHARACTERS_MAX,
  technologyCodec,
} from './messages.ts';

/** What a member may carry over to the ledger of certificates for one source. */
export interface Entitlement extends Production {
  readonly energy: Energy;
  /** 1 when it was granted, rising with every correction. */
  readonly version: number;
  /** The version that last went to the ledger of certificates; 0 before. */
  readonly lockedVersion: number;
}
const entitlementCodec: Codec<Entitlement> = struct<Entitlement>({
  fromMs: u64,
  untilMs: u64,
  technology: technologyCodec,
  region: textUpTo(REGION_CHARACTERS_MAX),
  energy: energyWh,
  version: u32,
  lockedVersion: u32,
});
export const entitlements = table<EntitlementKey, Entitlement>(
  80,
  'entitlements',
  entitlementKeyCodec,
  entitlementCodec,
);
