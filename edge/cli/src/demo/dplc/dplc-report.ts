/** What the case came to, in words and for programs. */

import {
  complianceReport,
  type DirectContract,
  directAdmissions,
  directRounds,
  type MemberCompliance,
  type SecurityCheckRecord,
} from '@commonwatt/contracts';
import { toHex } from '@commonwatt/ledger';
import { energy, formatEnergy, formatPrice } from '@commonwatt/units';
import { formatTable } from '../../terminal/table.ts';
import { type DplcCertificates, PERIOD, PRICE } from './dplc-certificates.ts';
import { ROUND_NUMBER } from './dplc-genesis.ts';
import { TRADERS } from './dplc-parties.ts';
import type { DplcRound } from './dplc-round.ts';
import { type Sum, sumsOf } from './dplc-sums.ts';

export interface DplcCase {
  readonly round: DplcRound;
  readonly certificates: DplcCertificates;
}

/** Everything that is printed, taken from the ledgers while the node is open. */
export interface DplcResult {
  readonly ledgers: readonly { name: string; chain: string; blocks: number; head: string }[];
  readonly stages: readonly string[];
  readonly attempts: DplcRound['attempts'];
  readonly contracts: readonly ContractRow[];
  readonly check: SecurityCheckRecord | undefined;
  readonly defaults: readonly { name: string; defaults: number }[];
  readonly compliance: readonly (MemberCompliance & { name: string })[];
  readonly sold: { readonly energyWh: bigint; readonly paid: bigint };
  readonly carried: number;
  readonly sums: readonly Sum[];
}

interface ContractRow {
  readonly buyer: string;
  readonly seller: string;
  readonly contract: DirectContract;
}

export function dplcResult({ round, certificates }: DplcCase): DplcResult {
  const { doors } = round;
  const { node } = doors;
  const market = node.ledger.state;
  const names = new Map(TRADERS.map((one) => [doors.memberOf(one), one.name]));
  const holders = new Map(TRADERS.map((one) => [doors.holderOf(one), one.name]));
  const found = round.contracts().map(([, contract]) => contract);
  const nameOf = (member: number) => names.get(member) ?? `member ${member}`;
  return {
    ledgers: [node.ledger, doors.certificates.ledger].map((ledger) => ({
      name: ledger.genesis.name,
      chain: toHex(ledger.chain),
      blocks: ledger.history.size,
      head: toHex(ledger.headHash),
    })),
    stages: round.stages,
    attempts: round.attempts,
    contracts: found.map((contract) => ({
      buyer: nameOf(contract.terms.buyer),
      seller: nameOf(contract.terms.seller),
      contract,
    })),
    check: market.get(directRounds, ROUND_NUMBER)?.check,
    defaults: TRADERS.flatMap((one) => {
      const defaults = market.get(directAdmissions, doors.memberOf(one))?.defaults ?? 0;
      return defaults === 0 ? [] : [{ name: one.name, defaults }];
    }),
    compliance: complianceReport(doors.certificates.ledger.state, PERIOD).map((one) => ({
      ...one,
      name: holders.get(one.member) ?? `member ${one.member}`,
    })),
    sold: { energyWh: certificates.bought, paid: certificates.paid },
    carried: doors.certificates.relay.carried,
    sums: sumsOf(doors, found),
  };
}

const mwh = (wattHours: bigint) => formatEnergy(energy(wattHours), 'MWh');

export function dplcText(result: DplcResult): string {
  const right = 'right' as const;
  const contracts = formatTable(
    [
      { heading: 'buyer' },
      { heading: 'seller' },
      { heading: 'phase' },
      { heading: 'MWh asked', align: right },
      { heading: 'MWh granted', align: right },
      { heading: 'MWh delivered', align: right },
      { heading: 'reason' },
    ],
    result.contracts.map(({ buyer, seller, contract }) => [
      buyer,
      seller,
      contract.terms.green ? 'green' : '',
      mwh(contract.requested),
      mwh(contract.amounts.energy),
      mwh(contract.paid?.energy ?? 0n),
      contract.reason,
    ]),
  );
  const duties = formatTable(
    [
      { heading: 'party' },
      { heading: 'quota owed', align: right },
      { heading: 'met', align: right },
      { heading: 'obligation owed', align: right },
      { heading: 'met', align: right },
    ],
    result.compliance.map(({ name, quota, obligation }) => [
      name,
      mwh(quota.owed),
      mwh(quota.met),
      mwh(obligation.owed),
      mwh(obligation.met),
    ]),
  );
  const sums = result.sums.map(
    ({ law, left, right: other, holds }) =>
      `  ${holds ? 'holds' : 'FAILS'}  ${law}: ${left}${left === other ? '' : ` and ${other}`}`,
  );
  const corridors = result.check?.corridors ?? [];
  return [
    ...result.ledgers.map(({ name, blocks, head }) => `${name}: ${blocks} blocks up to ${head}`),
    '',
    `The round went through ${result.stages.join(', ')}.`,
    ...result.attempts.map(({ what, code }) => `Refused, as it should be: ${what}: ${code}`),
    '',
    `Security check, in ${result.check?.rounds ?? 0} rounds: ${result.check?.reason ?? ''}`,
    ...corridors.map(
      ({ from, to, limit, requested, granted, binding }) =>
        `  ${from}-${to}: limit ${mwh(limit)} MWh, asked ${mwh(requested)}, granted ${mwh(granted)}` +
        `${binding ? ', binding' : ''}`,
    ),
    '',
    contracts,
    '',
    ...result.defaults.map(
      ({ name, defaults }) => `${name} let ${defaults} transfers lapse; its contracts made them.`,
    ),
    `Certificates: ${result.carried} crossings, ${mwh(result.sold.energyWh)} MWh sold at ` +
      `${formatPrice(PRICE, 'EUR/MWh')} of currency.`,
    '',
    duties,
    '',
    'Both sides of every account:',
    ...sums,
  ].join('\n');
}

/** The same for programs: quantities as exact text in Wh and nano-token or nano-coin. */
export function dplcJson(result: DplcResult): object {
  const { check, compliance, contracts, sold, sums } = result;
  return {
    case: 'dplc',
    ledgers: result.ledgers,
    stages: result.stages,
    refused: result.attempts,
    check: check && {
      reason: check.reason,
      rounds: check.rounds,
      corridors: check.corridors.map(({ limit, requested, granted, ...corridor }) => ({
        ...corridor,
        limitWh: `${limit}`,
        requestedWh: `${requested}`,
        grantedWh: `${granted}`,
      })),
    },
    contracts: contracts.map(({ buyer, seller, contract }) => ({
      buyer,
      seller,
      green: contract.terms.green,
      requestedWh: `${contract.requested}`,
      grantedWh: `${contract.amounts.energy}`,
      deliveredWh: `${contract.paid?.energy ?? 0n}`,
      buyerPaid: `${contract.paid?.buyerPays ?? 0n}`,
      sellerGot: `${contract.paid?.sellerGets ?? 0n}`,
      reason: contract.reason,
    })),
    defaults: result.defaults,
    compliance: compliance.map(({ name, quota, obligation }) => ({
      name,
      quotaOwedWh: `${quota.owed}`,
      quotaMetWh: `${quota.met}`,
      obligationOwedWh: `${obligation.owed}`,
      obligationMetWh: `${obligation.met}`,
    })),
    sold: { energyWh: `${sold.energyWh}`, paid: `${sold.paid}` },
    carried: result.carried,
    sums: sums.map(({ law, left, right, holds }) => {
      return { law, left: `${left}`, right: `${right}`, holds };
    }),
  };
}
