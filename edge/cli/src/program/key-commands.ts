import type { Commands } from './commands.ts';

/** A member's keystore. */
export const keyCommands: Commands = (program, terminal, answer) => {
  const key = program.command('key').description("a member's key, in a file under a password");
  const load = () => import('../commands/key.ts');
  key
    .command('new')
    .argument('<file>', 'the keystore to make')
    .description('makes a key; its password is asked for, or COMMONWATT_PASSWORD')
    .option('--label <text>', 'a name for people')
    .option('--password-file <file>', 'whose first line is the password')
    .option('--json', 'one line of JSON')
    .action(async (file: string, options) => {
      answer(await (await load()).newKey(terminal, file, options));
    });
  key
    .command('show')
    .argument('<file>', 'a keystore')
    .description('prints the public keys')
    .option('--json', 'one line of JSON')
    .action(async (file: string, options) => {
      answer((await load()).showKey(terminal, file, options));
    });
  key
    .command('prove')
    .argument('<file>', 'a keystore')
    .description('prints the proof that its holder wants the key on a ledger')
    .requiredOption('--chain <hex>', 'the ledger that is asked for')
    .option('--purpose <purpose>', 'enrol; rotate or recover to replace a key', 'enrol')
    .option('--password-file <file>', 'whose first line is the password')
    .action(async (file: string, options) => {
      answer(await (await load()).proveKey(terminal, file, options));
    });
  key
    .command('export')
    .argument('<file>', 'a keystore')
    .argument('<to>', 'the copy')
    .description('writes a copy under a password of its own')
    .option('--password-file <file>', 'whose first line is the password')
    .option('--new-password-file <file>', "whose first line is the copy's password")
    .option('--json', 'one line of JSON')
    .action(async (file: string, to: string, options) => {
      answer(await (await load()).exportKey(terminal, file, to, options));
    });
  key
    .command('password')
    .argument('<file>', 'a keystore')
    .description('changes the password')
    .option('--password-file <file>', 'whose first line is the present password')
    .option('--new-password-file <file>', 'whose first line is the new password')
    .option('--json', 'one line of JSON')
    .action(async (file: string, options) => {
      answer(await (await load()).changePassword(terminal, file, options));
    });
};
