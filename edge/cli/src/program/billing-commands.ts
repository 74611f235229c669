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

const withDays = (command: Command): Command =>
  command
    .option('--month <month>', 'a month of the community’s calendar, such as 2026-05')
    .option('--from <day>', 'or its first day')
    .option('--until <day>', 'and the day after its last');

const withDocument = (command: Command): Command =>
  command
    .argument('<number>', 'the document')
    .option('--format <format>', 'pdf, json, csv or ubl', 'pdf')
    .option('--out <file>', 'a new file');

const withRun = (command: Command): Command =>
  withDays(withKey(command)).option(
    '--accept <codes>',
    'exceptions to let pass: readings_missing,total_negative',
  );

export const billingCommands: Commands = (program, terminal, answer) => {
  const own = () => import('../commands/member/bills.ts');
  withKey(program.command('bills'))
    .description("a member's invoices and credit notes")
    .action(async (options) => answer(await (await own()).showBills(terminal, options)));
  withDocument(withKey(program.command('bill')))
    .description('downloads one of them')
    .action(async (number: string, options) => {
      answer(await (await own()).saveBill(terminal, number, options));
    });
  withDays(withKey(program.command('statement')))
    .description('energy, charges, savings and quality of a period')
    .option('--slots', 'each slot too: how far it is settled, and why this amount')
    .action(async (options) => answer(await (await own()).showStatement(terminal, options)));

  const billing = program.command('billing').description('billing runs, for the treasurer');
  const load = () => import('../commands/member/billing.ts');
  withKey(billing.command('record'))
    .description("shows a member's billing record, or keeps the one in a file")
    .requiredOption('--member <n>', 'whose')
    .option(
      '--file <file>',
      'JSON: name, street, postcode, city, country, status, meteringPoint, …',
    )
    .action(async (options) => answer(await (await load()).billingRecord(terminal, options)));
  withRun(billing.command('preview'))
    .description('the bills of a period and who would get none; changes nothing')
    .action(async (options) => answer(await (await load()).previewBilling(terminal, options)));
  withRun(billing.command('finalise'))
    .description('makes the bills of a preview final')
    .requiredOption('--hash <hex>', 'what the preview printed')
    .action(async (options) => answer(await (await load()).finaliseBilling(terminal, options)));
  withKey(billing.command('list'))
    .description('all final documents and how far their delivery is')
    .action(async (options) => answer(await (await load()).listDocuments(terminal, options)));
  withDocument(withKey(billing.command('document')))
    .description('downloads any final document')
    .action(async (number: string, options) => {
      answer(await (await load()).saveAnyDocument(terminal, number, options));
    });
  withDays(withKey(billing.command('export')))
    .description('the documents issued in a span of days, as CSV')
    .option('--out <file>', 'a new file')
    .action(async (options) => answer(await (await load()).exportTable(terminal, options)));
  withKey(billing.command('delivery'))
    .description('notes how far the delivery of the named documents is')
    .argument('<numbers...>', 'the documents; others are not touched')
    .option('--state <state>', 'sent, failed or prepared', 'sent')
    .option('--note <text>', 'by which way, or why it failed', '')
    .action(async (numbers: string[], options) => {
      answer(await (await load()).noteDelivery(terminal, numbers, options));
    });
  withKey(billing.command('correct'))
    .description('takes a document back by another that refers to it')
    .argument('<number>', 'the document')
    .requiredOption('--reason <text>', 'why; it stands on the correction')
    .action(async (number: string, options) => {
      answer(await (await load()).correctBill(terminal, number, options));
    });
};
