import type { Command } from 'commander';
import type { OrderCommand } from '../commands/member/orders.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { Answer, Commands } from './commands.ts';

/** Options of everything that asks a node. */
function atNode(command: Command): Command {
  return command
    .option('--node <url>', 'the node; COMMONWATT_NODE, or http://localhost:8080')
    .option('--json', 'one line of JSON');
}

/** And of everything that a key signs. */
function withKey(command: Command): Command {
  return atNode(command)
    .option('--keystore <file>', 'the key that signs; COMMONWATT_KEYSTORE')
    .option('--password-file <file>', 'whose first line is the password; COMMONWATT_PASSWORD')
    .option('--chain <hex>', "the ledger that is meant; the node's own word the first time");
}

export const memberCommands: Commands = (program, terminal, answer) => {
  orderCommands(program, terminal, answer);
  negotiationCommands(program, terminal, answer);
  openCommands(program, terminal, answer);
  readCommands(program, terminal, answer);
  officerCommands(program, terminal, answer);
};

function sending(terminal: Terminal, answer: Answer, command: OrderCommand) {
  return async (name: string, options: object): Promise<void> => {
    const { sendOrder } = await import('../commands/member/orders.ts');
    answer(await sendOrder(terminal, command, options, name));
  };
}

function orderCommands(program: Command, terminal: Terminal, answer: Answer): void {
  const send = (command: OrderCommand) => (options: object) =>
    sending(terminal, answer, command)('', options);
  withKey(program.command('offer'))
    .description('SHARE: offers energy in a slot')
    .requiredOption('--slot <instant>', 'its start, such as 2026-05-05T10:00:00Z')
    .requiredOption('--energy <kWh>', 'up to three decimals')
    .requiredOption('--limit <ct/kWh>', 'the least price')
    .option('--market <n>', 'the market', '1')
    .action(send('offer'));
  withKey(program.command('request'))
    .description('REQUEST: asks for energy in a slot')
    .requiredOption('--slot <instant>', 'its start, such as 2026-05-05T10:00:00Z')
    .requiredOption('--energy <kWh>', 'up to three decimals')
    .option('--limit <ct/kWh>', 'the dearest price; without one it asks what there is')
    .option('--market <n>', 'the market', '1')
    .action(send('request'));
  withKey(program.command('standing'))
    .description('a standing order: one signature for every slot until it ends')
    .requiredOption('--side <side>', 'buy or sell')
    .requiredOption('--limit <ct/kWh>', 'the limit price')
    .requiredOption('--from <instant>', 'the first slot')
    .requiredOption('--until <instant>', 'the end')
    .option('--energy <kWh>', 'the same in every slot')
    .option('--profile <file>', 'a line of kWh for each slot of the UTC day')
    .option('--market <n>', 'the market', '1')
    .action(send('standing'));
  withKey(program.command('withdraw'))
    .argument('<order>', 'its name')
    .description('takes back an open order')
    .action(sending(terminal, answer, 'withdraw'));
  withKey(program.command('end-standing'))
    .argument('<standing>', 'its name')
    .description('ends a standing order')
    .action(sending(terminal, answer, 'end-standing'));
}

function negotiationCommands(program: Command, terminal: Terminal, answer: Answer): void {
  const withTerms = (command: Command): Command =>
    withKey(command)
      .requiredOption('--energy <kWh>', 'up to three decimals')
      .requiredOption('--price <ct/kWh>', 'up to four decimals');
  withTerms(program.command('reply'))
    .argument('<order>', "the other side's open order")
    .description('REPLY: quotes an amount and a price')
    .action(sending(terminal, answer, 'reply'));
  withTerms(program.command('counter'))
    .argument('<negotiation>', 'its name')
    .description('makes a counter-offer')
    .action(sending(terminal, answer, 'counter'));
  withTerms(program.command('accept'))
    .argument('<negotiation>', 'its name')
    .description('accepts what the other side offered last, named again')
    .action(sending(terminal, answer, 'accept'));
  const load = () => import('../commands/member/talk.ts');
  const talking = (command: Command): Command =>
    withKey(command)
      .argument('<negotiation>', 'its name')
      .option('--peer-key <hex>', "the other party's key, from themselves");
  talking(program.command('message'))
    .description('seals a text for the other party of a negotiation')
    .requiredOption('--text <text>', 'what to say')
    .action(async (name: string, options) => {
      answer(await (await load()).sendMessage(terminal, name, options));
    });
  talking(program.command('messages'))
    .description('confirms the mutual key of a negotiation and reads what the other party wrote')
    .action(async (name: string, options) => {
      answer(await (await load()).showMessages(terminal, name, options));
    });
}

function openCommands(program: Command, terminal: Terminal, answer: Answer): void {
  const load = () => import('../commands/member/open-business.ts');
  withKey(program.command('orders'))
    .description("a member's open orders, standing orders and negotiations, with their names")
    .action(async (options) => answer(await (await load()).showOrders(terminal, options)));
  withKey(program.command('available'))
    .description('what is on offer in a slot, at which price, under which name')
    .requiredOption('--slot <instant>', 'its start, such as 2026-05-05T10:00:00Z')
    .option('--market <n>', 'the market', '1')
    .action(async (options) => answer(await (await load()).showAvailable(terminal, options)));
}

function readCommands(program: Command, terminal: Terminal, answer: Answer): void {
  const load = () => import('../commands/member/reads.ts');
  const period = (command: Command): Command =>
    command
      .option('--from <instant>', 'not before')
      .option('--until <instant>', 'before')
      .option('--limit <n>', 'at most so many rows', '20');
  withKey(program.command('balance'))
    .description("a member's accounts, proven before they are printed")
    .action(async (options) => answer(await (await load()).showBalance(terminal, options)));
  period(withKey(program.command('trades')))
    .description("a member's trades, newest first")
    .action(async (options) => answer(await (await load()).showTrades(terminal, options)));
  withKey(program.command('proof'))
    .description('downloads the proof file of a member, for anyone to verify offline')
    .option('--from <instant>', 'not before')
    .option('--until <instant>', 'before')
    .option('--out <file>', 'a new file')
    .action(async (options) => answer(await (await load()).saveProof(terminal, options)));
  atNode(program.command('blocks'))
    .description('the newest blocks in business words')
    .option('--limit <n>', 'at most so many', '20')
    .action(async (options) => answer(await (await load()).showBlocks(terminal, options)));
  period(atNode(program.command('prices')))
    .description('cleared prices and volumes, oldest first')
    .option('--market <n>', 'the market', '1')
    .action(async (options) => answer(await (await load()).showPrices(terminal, options)));
}

function officerCommands(program: Command, terminal: Terminal, answer: Answer): void {
  const load = () => import('../commands/member/officer.ts');
  const admission = (command: Command): Command =>
    withKey(command)
      .requiredOption('--label <text>', "the registrar's own record, never on the ledger")
      .option('--kind <kind>', 'what the member is', 'household')
      .option('--roles <roles>', "joined by +; the kind's own unless given")
      .option('--import-w <watts>', 'what its connection takes', '11000')
      .option('--export-w <watts>', 'what its connection gives', '11000')
      .option('--credit-eur <amount>', 'how far below zero it may go', '0');
  admission(program.command('enrol'))
    .description('enrols a member who proved a key of its own')
    .requiredOption('--proof <file>', 'what `commonwatt key prove` printed')
    .action(async (options) => answer(await (await load()).enrol(terminal, options)));
  admission(program.command('invite'))
    .description('makes a one-time link that admits whoever opens it')
    .option('--days <n>', 'how long it stays open', '14')
    .action(async (options) => answer(await (await load()).invite(terminal, options)));
  withKey(program.command('members').description('members, many at once').command('import'))
    .argument('<file>', 'CSV: label,kind,roles,import_w,export_w,credit_eur and perhaps the keys')
    .description('enrols rows that have a key and invites those that have none')
    .option('--dry-run', 'checks every row and sends nothing')
    .option('--days <n>', 'how long invites stay open', '14')
    .action(async (file: string, options) => {
      answer(await (await load()).importMembers(terminal, file, options));
    });
}
