import type { Commands } from './commands.ts';

/** Readings that come in files, go to auditors, and the passwords of devices that send them. */
export const readingsCommands: Commands = (program, terminal, answer) => {
  const readings = program.command('readings').description('readings of meters');
  readings
    .command('import')
    .argument('<file...>', 'CSV files of one profile')
    .description('signs the readings of files with an accountable key and sends them to a node')
    .requiredOption('--profile <name>', 'a built-in profile, or a file that `detect` proposed')
    .option('--meter <n>', 'the meter on the ledger, where the files have one')
    .option('--map <file>', 'CSV: name,meter for every meter that the files name')
    .option(
      '--zone <zone>',
      "where months and days of the report begin; the profile's unless given",
    )
    .option('--dry-run', 'reads everything, tells what would change, and sends nothing')
    .option('--node <url>', 'the node; COMMONWATT_NODE, or http://localhost:8080')
    .option('--keystore <file>', 'the key that signs; COMMONWATT_KEYSTORE')
    .option('--password-file <file>', 'whose first line is the password; COMMONWATT_PASSWORD')
    .option('--chain <hex>', "the ledger that is meant; the node's own word the first time")
    .option('--json', 'one line of JSON')
    .action(async (files: string[], options) => {
      const { importReadings } = await import('../commands/readings-import.ts');
      answer(await importReadings(terminal, files, options));
    });
  readings
    .command('detect')
    .argument('<file>', 'a CSV file')
    .description('proposes an import profile from the first lines, with its reasons')
    .option('--zone <zone>', 'of times without an offset')
    .option('--json', 'one line of JSON')
    .action(async (file: string, options) => {
      const { detectReadings } = await import('../commands/readings-detect.ts');
      answer(await detectReadings(terminal, file, options));
    });
  readings
    .command('export')
    .argument('<dir>', 'the folder of a ledger that no node has open')
    .description('writes opened readings with their salts: personal data in clear')
    .option('--out <dir>', 'where to; by default a folder of the ledger')
    .option('--json', 'one line of JSON')
    .action(async (directory: string, options) => {
      const { readingsExport } = await import('../commands/readings.ts');
      answer(await readingsExport(terminal, directory, options));
    });
  program
    .command('mqtt')
    .description('devices that send their readings over MQTT')
    .command('password')
    .description("hashes a device's password for the node's configuration")
    .option(
      '--password-file <file>',
      'whose first line is the password; COMMONWATT_DEVICE_PASSWORD',
    )
    .action(async (options) => {
      const { devicePassword } = await import('../commands/mqtt-password.ts');
      answer(await devicePassword(terminal, options));
    });
};
