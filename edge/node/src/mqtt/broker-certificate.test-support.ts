/** Certificates for tests, made by openssl while the test runs: an authority, and who it vouches for. */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Why no certificate can be made here; nothing where it can. */
export const noOpenssl =
  spawnSync('openssl', ['version']).status === 0 ? undefined : 'openssl is not installed';
if (noOpenssl !== undefined && process.env.CI === 'true') throw new Error(noOpenssl);

export class TestAuthority {
  readonly #folder = mkdtempSync(join(tmpdir(), 'commonwatt-certificates-'));

  constructor() {
    const subject = ['-subj', '/CN=Test authority', '-days', '2'];
    this.#openssl('req', '-x509', ...NEW_KEY, 'ca.key', '-out', 'ca.pem', ...subject);
  }

  get caFile(): string {
    return join(this.#folder, 'ca.pem');
  }

  /** For a name such as `DNS:localhost` or `IP:127.0.0.1`. */
  certify(name: string): { readonly certificateFile: string; readonly keyFile: string } {
    const file = name.replaceAll(/[^a-zA-Z0-9]/g, '-');
    this.#openssl('req', ...NEW_KEY, `${file}.key`, '-out', `${file}.csr`, '-subj', '/CN=broker');
    writeFileSync(join(this.#folder, `${file}.ext`), `subjectAltName=${name}\n`);
    const signer = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'];
    const made = ['-extfile', `${file}.ext`, '-out', `${file}.pem`, '-days', '2'];
    this.#openssl('x509', '-req', '-in', `${file}.csr`, ...signer, ...made);
    const at = (ending: string) => join(this.#folder, `${file}.${ending}`);
    return { certificateFile: at('pem'), keyFile: at('key') };
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }

  #openssl(...words: readonly string[]): void {
    execFileSync('openssl', words, { cwd: this.#folder, stdio: ['ignore', 'ignore', 'ignore'] });
  }
}

/** The file's name follows. */
const NEW_KEY = [
  '-newkey',
  'ec',
  '-pkeyopt',
  'ec_paramgen_curve:prime256v1',
  '-nodes',
  '-keyout',
] as const;
