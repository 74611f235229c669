/** The case study for people: Table 1, Figure 6 step by step, Figure 7, and what it all cost. */

import { toHex } from '@commonwatt/ledger';
import { cost, formatEnergy, formatMoney, formatPrice } from '@commonwatt/units';
import { formatTable } from '../../terminal/table.ts';
import type { SetmCase } from './setm-case.ts';
import { SETM_NAME, SETM_SEAL_BITS } from './setm-genesis.ts';
import { euros, eurPerMwh, kW, kWh } from './setm-words.ts';

/** Blocks of Figure 7; what follows is ours. */
const FIGURE_BLOCKS = 8;

export function setmText(study: SetmCase): string {
  return [
    'SETM case study: Ko and Praça 2021, "Design of a Secure Energy Trading Model Based on a',
    'Blockchain", Sustainability 13, 1634, section 4.',
    '',
    ...table1(study),
    '',
    ...figure6(study),
    ...figure7(study),
    '',
    ...trading(study),
  ].join('\n');
}

function table1({ parties }: SetmCase): string[] {
  const columns = [
    { heading: 'party' },
    { heading: '' },
    { heading: 'forecast days', align: 'right' as const },
    { heading: 'min bid', align: 'right' as const },
    { heading: 'max bid', align: 'right' as const },
    { heading: 'kW (ours)', align: 'right' as const },
    { heading: 'kWh (ours)', align: 'right' as const },
  ];
  const rows = parties.map(({ party }) => [
    `${party.name} (${party.device})`,
    party.symbol,
    `${party.forecastDays}`,
    formatPrice(party.bidMin, 'EUR/MWh'),
    formatPrice(party.bidMax, 'EUR/MWh'),
    kW(party.energyWh).replace(' kW', ''),
    formatEnergy(party.energyWh, 'kWh'),
  ]);
  return [
    'Table 1: parties and bids in EUR/MWh. The paper gives no traded quantities: the powers, the one',
    'quarter hour and its energies are ours, and so are the credit of each consumer and the meters.',
    '',
    formatTable(columns, rows),
    '',
    'A range is a negotiation band: a consumer opens at its min bid and concedes to its max, the',
    'generation opens at its max and concedes to its min, in equal steps over seven rounds; they agree',
    'at the midpoint in the first round in which the offers meet or cross.',
  ];
}

function figure6({ blocks, stranger }: SetmCase): string[] {
  const lines = ['Figure 6, step by step'];
  for (const [height, { name, steps }] of blocks.entries()) {
    if (height === FIGURE_BLOCKS) lines.push('', 'What the paper leaves open');
    lines.push('', `[${name}] block ${height}`, ...steps.map((step) => `  ${step}`));
    if (height === 0) {
      lines.push(
        '',
        `  a stranger who was never enrolled tries to trade: ${stranger.code}` +
          `${typeof stranger.message === 'string' ? `, "${stranger.message}"` : ''}; nothing changes`,
      );
    }
  }
  return [...lines, ''];
}

function figure7({ blocks, ledger }: SetmCase): string[] {
  const first = blocks[0];
  const heading = ({ name }: { name: string }): string =>
    name.endsWith('Block') ? `${name} Hash` : `[${name}] Block Hash`;
  const hashes = blocks.map((block) => `${heading(block)}: ${toHex(block.hash)}`);
  const header = (at: number): string[] => {
    const block = blocks[at];
    if (block === undefined) return [];
    const { version, transactionsRoot, nonce, parent } = block.header;
    return [
      `  version ${version}, Merkle root ${toHex(transactionsRoot)}`,
      `  nonce ${nonce}, previous hash ${toHex(parent)}`,
    ];
  };
  return [
    `Figure 7: the blocks of ${SETM_NAME}, chain ${toHex(ledger.chain)}`,
    `(a hash begins with ${SETM_SEAL_BITS} zero bits: each block is sealed by work over its nonce)`,
    '',
    ...hashes.slice(0, FIGURE_BLOCKS),
    '',
    ...hashes.slice(FIGURE_BLOCKS),
    '',
    `SETM's block, as in "${first?.name ?? ''}" and "${blocks[1]?.name ?? ''}":`,
    ...header(0),
    ...header(1),
  ];
}

function trading({ purchases, shared, settled }: SetmCase): string[] {
  const columns = [
    { heading: 'consumer' },
    { heading: 'round', align: 'right' as const },
    { heading: 'EUR/MWh', align: 'right' as const },
    { heading: 'kWh agreed', align: 'right' as const },
    { heading: 'EUR agreed', align: 'right' as const },
    { heading: 'kWh delivered', align: 'right' as const },
    { heading: 'EUR paid', align: 'right' as const },
  ];
  const rows = purchases.map(({ buyer, terms, round }) => {
    const lines = settled.computed.members.find((one) => one.member === buyer.member)?.lines ?? [];
    const line = lines[0];
    return [
      `${buyer.party.symbol} ${buyer.party.device}`,
      `${round}`,
      formatPrice(terms.price, 'EUR/MWh'),
      formatEnergy(terms.energy, 'kWh'),
      formatMoney(cost(terms.energy, terms.price)),
      line === undefined ? '' : formatEnergy(line.delivered, 'kWh'),
      line === undefined ? '' : formatMoney(cost(line.delivered, line.price)),
    ];
  });
  const income = settled.computed.members.find((one) => one.amount > 0n);
  const last = purchases.at(-1);
  return [
    `What was shared, bought and paid: generation 1 shared ${kWh(shared)}`,
    '',
    formatTable(columns, rows),
    '',
    `Generation 1 received ${income === undefined ? 'nothing' : euros(income.amount)}` +
      `${last === undefined ? '' : `; the last consumer agreed at ${eurPerMwh(last.terms.price)}`}.`,
  ];
}

/** The same for programs: hashes as 64 lower-case hex digits, quantities as exact text. */
export function setmJson(study: SetmCase): object {
  const { ledger, blocks, purchases, shared, settled, stranger } = study;
  const symbolOf = new Map(study.parties.map(({ member, party }) => [member, party.symbol]));
  return {
    blocks: blocks.map(({ name, header, hash }) => ({
      height: header.height,
      name,
      hash: toHex(hash),
      previousHash: toHex(header.parent),
    })),
    case: 'setm',
    chain: toHex(ledger.chain),
    sealBits: ledger.genesis.sealBits,
    sharedWh: `${shared}`,
    purchases: purchases.map(({ buyer, terms, trade, round }) => ({
      consumer: buyer.party.symbol,
      name: buyer.party.name,
      trade: toHex(trade),
      round,
      priceEurPerMwh: formatPrice(terms.price, 'EUR/MWh'),
      energyWh: `${terms.energy}`,
      costEur: formatMoney(cost(terms.energy, terms.price)),
    })),
    settlement: settled.computed.members.map(({ member, amount, lines }) => ({
      party: symbolOf.get(member),
      amountEur: formatMoney(amount),
      deliveredWh: `${lines.reduce((sum, line) => sum + line.delivered, 0n)}`,
    })),
    stranger: stranger.code,
  };
}
