/** scrypt on Node's thread pool: several times faster than the one in JavaScript. */
import { scrypt } from 'node:crypto';
import { CIPHER_KEY_LENGTH } from '../keys/authenticated-encryption.ts';
import type { Scrypt } from '../keys/keystore.ts';

/** OpenSSL counts its own tables as well; what a keystore may ask for is limited where it is read. */
const MEMORY_BYTES_MAX = 2 ** 29;

export const nodeScrypt: Scrypt = (password, salt, { N, r, p }) =>
  new Promise((resolve, reject) => {
    const options = { N, r, p, maxmem: MEMORY_BYTES_MAX };
    scrypt(password, salt, CIPHER_KEY_LENGTH, options, (fault, key) => {
      if (fault === null) resolve(new Uint8Array(key));
      else reject(fault);
    });
  });
