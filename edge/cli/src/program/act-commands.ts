import type { Command } from 'commander';
import type { Commands } from './commands.ts';

function withKey(command: Command): Command {
  return command
    .option('--node <url>', 'the node; COMMONWATT_NODE, or http://localhost:8080')
    .option('--json', 'one line of JSON')
    .option('--keystore <file>', 'the key that signs; COMMONWATT_KEYSTORE')
    .option('--password-file <file>', 'whose first line is the password; COMMONWATT_PASSWORD')
    .option('--chain <hex>', "the ledger that is meant; the node's own word the first time");
}

/** Everything the ledger knows, by its own name: what has no command of its own is here. */
export const actCommands: Commands = (program, terminal, answer) => {
  withKey(program.command('act'))
    .argument('[name]', 'an action of the ledger, such as grantReading; --list names them')
    .description('signs and sends any action of the ledger, from its message as JSON')
    .option('--message <json>', 'the fields as --describe shows them; - reads standard input')
    .option('--list', 'names every action and who decides it')
    .option('--describe <name>', 'shows the fields of an action')
    .option('--on-behalf-of <member>', 'the member for whom this key holds a mandate')
    .option('--certificates', 'on the ledger of certificates beside the market’s')
    .option('--lane <n>', 'a lane of the key that was opened before', '0')
    .option('--propose', 'puts it to the vote of its authority instead of doing it')
    .option('--days <n>', 'how long a proposal stays open', '7')
    .option('--dry-run', 'checks the message, shows what would be signed, and sends nothing')
    .action(async (name: string | undefined, options) => {
      const { act } = await import('../commands/member/act.ts');
      answer(await act(terminal, name, options));
    });
  program
    .command('send')
    .description('sends transactions that were signed before: hex lines in, a verdict a line out')
    .option('--node <url>', 'the node; COMMONWATT_NODE, or http://localhost:8080')
    .option('--chain <hex>', "the ledger that is meant; the node's own word the first time")
    .option('--json', 'each verdict as a line of JSON')
    .action(async (options) => {
      const { send } = await import('../commands/send.ts');
      answer(await send(terminal, options));
    });
  const load = () => import('../commands/member/access.ts');
  withKey(program.command('me'))
    .description('a member’s roles, keys, mandates, grants and meters, and a recovery under way')
    .action(async (options) => answer(await (await load()).showAccess(terminal, options)));
  withKey(program.command('access-log'))
    .description("who else read a member's personal rows: auditors, granted keys, exports")
    .option('--from <instant>', 'not before')
    .option('--until <instant>', 'before')
    .option('--limit <n>', 'at most so many rows', '20')
    .action(async (options) => {
      const { showAccessLog } = await import('../commands/member/access-log.ts');
      answer(await showAccessLog(terminal, options));
    });
  withKey(program.command('clock'))
    .description("the node's time, for its operator, and a step that it does not follow")
    .option('--confirm <ms>', 'says that a step of so many milliseconds is right')
    .action(async (options) => {
      const { clock } = await import('../commands/member/clock.ts');
      answer(await clock(terminal, options));
    });
  withKey(program.command('decisions'))
    .description('what waits for an officer: proposals, recoveries, payouts, runs, disputes')
    .action(async (options) => answer(await (await load()).showDecisions(terminal, options)));
};
