/** `commonwatt mqtt password`: what stands for a device's password in a node's configuration. */

import { hashPassword, PASSWORD_CHARACTERS_MAX } from '@commonwatt/node';
import { readPassword } from '../terminal/password.ts';
import { STATUS, type Status } from '../terminal/status.ts';
import { print, type Terminal } from '../terminal/terminal.ts';
import { UsageError } from '../terminal/usage-error.ts';

const CHARACTERS_LEAST = 8;

export async function devicePassword(
  terminal: Terminal,
  { passwordFile }: { readonly passwordFile?: string },
): Promise<Status> {
  const password = await readPassword(terminal, {
    file: passwordFile,
    option: '--password-file',
    variable: 'COMMONWATT_DEVICE_PASSWORD',
    prompt: 'password of the device',
  });
  const { length } = password;
  if (length < CHARACTERS_LEAST || length > PASSWORD_CHARACTERS_MAX) {
    const expected = `${CHARACTERS_LEAST} to ${PASSWORD_CHARACTERS_MAX} characters`;
    throw new UsageError('password', expected, `${length}`);
  }
  print(terminal, await hashPassword(password));
  return STATUS.done;
}
