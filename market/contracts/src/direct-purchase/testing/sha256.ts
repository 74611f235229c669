/** SHA-256 of the test's host. */

import { createHash } from 'node:crypto';

export const sha256 = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(bytes).digest());
