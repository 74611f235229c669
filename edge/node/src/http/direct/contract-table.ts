/** Contracts as CSV: whole Wh, nano-token, nano-token per Wh, as the ledger keeps them. */

import type { ContractEntry } from '@commonwatt/contracts';
import { csvTable } from '../../csv-table.ts';

const COLUMNS = [
  'round',
  'contract',
  'status',
  'buyer',
  'seller',
  'type',
  'green',
  'seller_region',
  'buyer_region',
  'loss_millionths',
  'transmission_price',
  'buyer_limit',
  'seller_limit',
  'environmental_price',
  'cross_subsidy',
  'certificate_price',
  'requested_wh',
  'energy_wh',
  'injected_wh',
  'buyer_pays',
  'seller_gets',
  'transmission',
  'fees',
  'certificate',
  'fed_in_wh',
  'drawn_wh',
  'paid_energy_wh',
  'paid_buyer_pays',
  'paid_seller_gets',
  'paid_transmission',
  'paid_fees',
  'certificate_posted',
  'buyer_charge',
  'seller_charge',
  'buyer_defaults',
  'seller_defaults',
  'reason',
] as const;

export function contractTable(contracts: readonly ContractEntry[]): string {
  return csvTable([COLUMNS, ...contracts.map(row)]);
}

/** What is not known yet is an empty cell. */
function row([{ round, contract }, one]: ContractEntry): readonly string[] {
  const { terms, amounts, delivered, paid } = one;
  const cells: readonly (bigint | number | string | undefined)[] = [
    round,
    contract,
    one.status,
    terms.buyer,
    terms.seller,
    terms.type,
    terms.green ? 'yes' : 'no',
    terms.sellerRegion,
    terms.buyerRegion,
    terms.lossMillionths,
    terms.transmissionPrice,
    terms.buyerLimit,
    terms.sellerLimit,
    terms.environmentalPrice,
    terms.crossSubsidy,
    terms.certificatePrice,
    one.requested,
    amounts.energy,
    amounts.injected,
    amounts.buyerPays,
    amounts.sellerGets,
    amounts.transmission,
    amounts.fees,
    amounts.certificate,
    delivered?.fedIn,
    delivered?.drawn,
    paid?.energy,
    paid?.buyerPays,
    paid?.sellerGets,
    paid?.transmission,
    paid?.fees,
    one.certificatePosted,
    one.buyerCharge,
    one.sellerCharge,
    one.buyerDefaults,
    one.sellerDefaults,
    one.reason,
  ];
  return cells.map((cell) => (cell === undefined ? '' : `${cell}`));
}
