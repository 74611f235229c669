/** The long-form tables of a study: their columns stand here once, for CSV, Parquet and the manual. */

export type ColumnType =
  /** Text; an instant is ISO 8601 in UTC. */
  | 'text'
  | 'instant'
  /** A safe integer. */
  | 'integer'
  /** A number that was rounded to nine decimals. */
  | 'decimal'
  /** Whole nano-EUR per Wh, printed in EUR/MWh with three decimals. */
  | 'price'
  /** Whole nano-EUR, printed in EUR with nine decimals. */
  | 'money';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly meaning: string;
}

export type Cell = string | number | null;

export interface TableDefinition {
  readonly name: string;
  readonly columns: readonly Column[];
}

/** One row, a cell for each column of the definition. */
export type Row = readonly Cell[];

const RUN: readonly Column[] = [
  { name: 'run', type: 'text', meaning: 'Begin of the hash of the resolved scenario.' },
  { name: 'mechanism', type: 'text', meaning: 'Name of the mechanism.' },
  { name: 'seed', type: 'integer', meaning: 'Seed of the run.' },
];
const SLOT: Column = { name: 'slot', type: 'instant', meaning: 'Start of the slot, UTC.' };

const define = (name: string, columns: readonly Column[]): TableDefinition => ({
  name,
  columns: [...RUN, ...columns],
});
const text = (name: string, meaning: string): Column => ({ name, type: 'text', meaning });
const whole = (name: string, meaning: string): Column => ({ name, type: 'integer', meaning });
const price = (name: string, meaning: string): Column => ({ name, type: 'price', meaning });
const money = (name: string, meaning: string): Column => ({ name, type: 'money', meaning });
const decimal = (name: string, meaning: string): Column => ({ name, type: 'decimal', meaning });

export const TABLES = {
  slots: define('slots', [
    SLOT,
    whole('load_wh', 'What all members used, batteries aside.'),
    whole('generation_wh', 'What all plants made.'),
    whole('bid_wh', 'Energy of all bids.'),
    whole('ask_wh', 'Energy of all asks.'),
    whole('bid_orders', 'Number of bids.'),
    whole('ask_orders', 'Number of asks.'),
    whole('unmatched_orders', 'Orders with energy left.'),
    whole('traded_wh', 'Energy traded or shared.'),
    price('price_eur_per_mwh', 'The one price, where there is one.'),
    price('price_low_eur_per_mwh', 'Least price that clears the same trades.'),
    price('price_high_eur_per_mwh', 'Most price that clears the same trades.'),
    price('mean_price_eur_per_mwh', 'What buyers paid on average, rounded down.'),
    price('best_bid_eur_per_mwh', 'Best bid.'),
    price('best_ask_eur_per_mwh', 'Best ask.'),
    price('equilibrium_eur_per_mwh', 'Price that balances the true limits.'),
    money('welfare_eur', 'Worth of the trades by the true limits.'),
    money('optimum_welfare_eur', 'The most that trades can be worth by the true limits.'),
    money('surplus_eur', 'What stays with the market maker.'),
    whole('import_wh', 'From the supplier.'),
    whole('export_wh', 'To the supplier.'),
    money('bill_eur', 'What all members pay in all.'),
    money('supplier_only_bill_eur', 'The same energy with the supplier alone.'),
    money('static_sharing_bill_eur', 'The same energy under equal static sharing.'),
    whole('feeder_excess_wh', 'Most beyond the limit of one feeder.'),
  ]),
  orders: define('orders', [
    SLOT,
    text('id', 'As in the ledger, or slot, member and side.'),
    text('member', 'Whose.'),
    text('side', 'buy or sell.'),
    price('price_eur_per_mwh', 'What was shouted.'),
    price('limit_eur_per_mwh', 'The true limit.'),
    whole('energy_wh', 'Asked for or offered.'),
    whole('filled_wh', 'Traded.'),
    text('lot_seed', 'Seed of the lots: `clear --seed` with it repeats the clearing.'),
    whole(
      'time',
      'When it came, in ms from the start of the round; the interval where a day is one call; empty on a ledger.',
    ),
    text('zone', 'The feeder of its member, community without one.'),
  ]),
  trades: define('trades', [
    SLOT,
    text('bid', 'Order of the buyer.'),
    text('ask', 'Order of the seller.'),
    text('buyer', 'Member.'),
    text('seller', 'Member.'),
    whole('energy_wh', 'Traded.'),
    price('buyer_price_eur_per_mwh', 'Empty where only payments are defined.'),
    price('seller_price_eur_per_mwh', 'Empty where only payments are defined.'),
  ]),
  positions: define('positions', [
    SLOT,
    text('member', 'Whose.'),
    whole('load_wh', 'Used, vehicle and heat pump included.'),
    whole('generation_wh', 'Made.'),
    whole('battery_charge_wh', 'Into the battery.'),
    whole('battery_discharge_wh', 'Out of the battery.'),
    whole('battery_wh', 'In the battery at the end of the slot.'),
    whole('vehicle_wh', 'Charged into the vehicle.'),
    whole('heat_pump_wh', 'Used by the heat pump.'),
    whole('bought_wh', 'From members.'),
    whole('sold_wh', 'To members.'),
    whole('import_wh', 'From the supplier.'),
    whole('export_wh', 'To the supplier.'),
    money('market_eur', 'Paid to the market; below zero received.'),
    money('supply_eur', 'Paid to the supplier; below zero received.'),
    money('fee_eur', 'Paid for the grid.'),
  ]),
  prices: define('prices', [
    SLOT,
    text('name', 'supply, feed-in, local-fee or market.'),
    price('price_eur_per_mwh', 'The price.'),
  ]),
  members: define('members', [
    text('member', 'Whose.'),
    text('feeder', 'Empty without a network.'),
    whole('load_wh', 'Used.'),
    whole('generation_wh', 'Made.'),
    whole('self_consumed_wh', 'Own generation into own load, through the own battery included.'),
    whole('bought_wh', 'From members.'),
    whole('sold_wh', 'To members.'),
    whole('import_wh', 'From the supplier.'),
    whole('export_wh', 'To the supplier.'),
    whole('battery_loss_wh', 'Lost in the battery.'),
    whole('unmet_wh', 'What vehicle and heat pump did not get.'),
    money('market_eur', 'Paid to the market; below zero received.'),
    money('supply_eur', 'Paid to the supplier; below zero received.'),
    money('fee_eur', 'Paid for the grid.'),
    money('bill_eur', 'All three.'),
    money('supplier_only_bill_eur', 'The same energy with the supplier alone.'),
    money('static_sharing_bill_eur', 'The same energy under equal static sharing.'),
    money('saving_eur', 'supplier_only_bill_eur less bill_eur.'),
    money('gain_eur', 'Worth of the trades by the true limits less their cost.'),
    money('buyer_gain_eur', 'The part of it that bids brought.'),
    money('shapley_saving_eur', 'Its part of what the members save together, by Shapley.'),
    whole('slots_wanted', 'Slots in which it had an order.'),
    whole('slots_traded', 'Slots in which it traded.'),
    whole('peak_import_wh', 'Most in one slot.'),
    whole('peak_export_wh', 'Most in one slot.'),
  ]),
  metrics: define('metrics', [
    text('metric', 'Name; the manual defines each.'),
    text('unit', 'Of the value.'),
    decimal('value', 'Empty where it is not defined.'),
  ]),
  network: define('network', [
    whole('height', 'Of the block.'),
    { name: 'time', type: 'instant', meaning: 'Of the block.' },
    whole('transactions', 'In the block.'),
    whole('bytes', 'Of the block.'),
  ]),
  events: define('events', [
    SLOT,
    text('member', 'Whose; empty for the market.'),
    text('event', 'A code.'),
    text('detail', 'Facts, as name=value.'),
  ]),
} as const satisfies Readonly<Record<string, TableDefinition>>;

export type TableName = keyof typeof TABLES;
export const TABLE_NAMES = Object.keys(TABLES) as readonly TableName[];

/** Where a run writes its rows; a table that is not wanted is never asked for its rows. */
export interface TableSink {
  wants(table: TableName): boolean;
  /** Cells without the first three columns, which the sink knows. */
  write(table: TableName, cells: Row): void;
}
