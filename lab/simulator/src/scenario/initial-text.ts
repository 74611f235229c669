/** The text of a first scenario: what a reader is to change stands first, and every section is explained. */

import { formatInstant } from '@commonwatt/units';
import type { InitialFeeder, InitialMember } from './initial-members.ts';
import type { RetailerTariffs } from './retailer-tariffs.ts';
import { SCENARIO_SCHEMA } from './scenario.ts';
import { scalarText } from './scenario-text.ts';

/** What a first scenario says. */
interface InitialParts {
  readonly name: string;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly zone: string;
  readonly tariffs: RetailerTariffs;
  readonly feeders: readonly InitialFeeder[];
  readonly members: readonly InitialMember[];
}

export function initialText(parts: InitialParts, assumptions: readonly string[]): string {
  const { name, fromMs, untilMs, zone, tariffs, feeders, members } = parts;
  const lines = [
    '# A study of the lab; scenarios/README.md of the simulator has every key.',
    `schema: ${SCENARIO_SCHEMA}`,
    `name: ${scalarText(name)}`,
    'seed: 1',
    '',
    '# What the files do not say. The report shows it: change it with what you change.',
    'assumptions:',
    ...assumptions.map((sentence) => `  - ${scalarText(sentence)}`),
    '',
    '# A shorter time runs faster; a whole number of slots.',
    'time:',
    `  from: ${formatInstant(fromMs)}`,
    `  until: ${formatInstant(untilMs)}`,
    `  zone: ${scalarText(zone)}`,
    '  slot_minutes: 15',
    '',
    'tariffs:',
    `  supply_ct_per_kwh: ${tariffs.supply / 10_000}`,
    `  feed_in_ct_per_kwh: ${tariffs.feedIn / 10_000}`,
    `  local_fee_ct_per_kwh: ${tariffs.localFee / 10_000} # paid by whoever buys from the community`,
    '',
    '# `commonwatt clear --list` names the mechanisms, `--describe` their settings.',
    '# Two are compared with `commonwatt simulate ... --compare uniform,mid-market-rate`.',
    'market:',
    '  mechanism: uniform',
    '',
    'traders:',
    '  trader: truthful',
    '',
    'forecast:',
    '  error_percent: 0',
    '',
    'network:',
    '  feeders:',
    ...feeders.map(
      ({ name: one, limitW }) =>
        `    - { name: ${one}, import_limit_w: ${limitW}, export_limit_w: ${limitW} }`,
    ),
    '',
    '# off: the mechanism alone. memory, embedded: the contracts of a node, over a ledger.',
    'ledger: off',
    '',
    'members:',
    ...members.flatMap(memberLines),
    '',
    '# Many runs of one study: every value of each key with every value of the others.',
    '# sweep:',
    '#   seeds: 2',
    '#   values:',
    `#     tariffs.local_fee_ct_per_kwh: [0, ${tariffs.localFee === 0 ? 5 : tariffs.localFee / 10_000}]`,
  ];
  return `${lines.join('\n')}\n`;
}

function memberLines(member: InitialMember): string[] {
  const { name, feeder, buyLimit, sellLimit, loadFile, solar, battery } = member;
  const lines = [
    `  - name: ${scalarText(name)}`,
    `    feeder: ${feeder}`,
    `    buy_limit_ct_per_kwh: ${buyLimit / 10_000}`,
  ];
  if (sellLimit !== undefined) lines.push(`    sell_limit_ct_per_kwh: ${sellLimit / 10_000}`);
  if (loadFile !== undefined) lines.push(`    load: { file: ${scalarText(loadFile)} }`);
  if (solar !== undefined) {
    const source = solar.file === undefined ? 'model: sun' : `file: ${scalarText(solar.file)}`;
    lines.push(`    solar: { ${source}, installed_w: ${solar.installedW} }`);
  }
  if (battery !== undefined) {
    const { capacityWh, powerW, schedule } = battery;
    const what = `capacity_wh: ${capacityWh}, power_w: ${powerW}, schedule: ${schedule}`;
    lines.push(`    battery: { ${what} }`);
  }
  return lines;
}
