/** What the certificates module tells. */

import { struct, u32 } from '@commonwatt/ledger';
import { eventType } from '../event-type.ts';
import { type Grant, grantCodec } from './messages.ts';

/** A source entitles a member, or was corrected. */
export interface EntitlementGranted {
  readonly grant: Grant;
  readonly version: number;
}
export const entitlementGranted = eventType<EntitlementGranted>(
  720,
  'entitlement granted',
  struct<EntitlementGranted>({ grant: grantCodec, version: u32 }),
  (value) => [value.grant.member],
);
