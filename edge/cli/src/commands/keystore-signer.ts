/** Opens a keystore that signs for a service: its password comes from a file or the environment. */

import { openKeystore } from '@commonwatt/client';
import { nodeScrypt, readKeystoreFile } from '@commonwatt/client/node';
import type { Signer } from '@commonwatt/ledger';
import { readPassword } from '../terminal/password.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { UsageError } from '../terminal/usage-error.ts';

export interface KeystoreSource {
  readonly keystore: string;
  readonly password: { readonly file: string } | { readonly environment: string };
  /** Where the two were named, for errors. */
  readonly keystoreOption: string;
  readonly passwordOption: string;
  readonly prompt: string;
}

/** @throws UsageError when there is no keystore, or the password does not open it. */
export async function openSigner(terminal: Terminal, source: KeystoreSource): Promise<Signer> {
  const { keystore, password } = source;
  const given = await readPassword(terminal, {
    file: 'file' in password ? password.file : undefined,
    option: source.passwordOption,
    variable: 'environment' in password ? password.environment : 'COMMONWATT_PASSWORD',
    prompt: source.prompt,
  });
  try {
    return (await openKeystore({ scrypt: nodeScrypt }, readKeystoreFile(keystore), given)).signer;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new UsageError(source.keystoreOption, 'a keystore that opens', error.message);
  }
}
