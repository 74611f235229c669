export * from './auctions/uniform-columns.ts';
export * from './book.ts';
export * from './clear-lines.ts';
export { OrderBook } from './continuous/order-book.ts';
export * from './define.ts';
export * from './direct-purchase/amounts.ts';
export {
  addFractions,
  compareFractions,
  fraction,
  multiplyFractions,
  subtractFractions,
  sumOfFractions,
} from './direct-purchase/fraction.ts';
export { matchExactly, matchInWholeWattHours } from './direct-purchase/match.ts';
export * from './direct-purchase/matching.ts';
export * from './direct-purchase/priced-pairs.ts';
export { matchAsPrinted, printedPrices } from './direct-purchase/printed.ts';
export * from './direct-purchase/refuse-round.ts';
export * from './direct-purchase/round.ts';
export {
  type CorridorFlow,
  corridorName,
  type SecurityCheck,
  securityCheck,
} from './direct-purchase/security-check.ts';
export * from './direct-purchase/terms.ts';
export { type Draw, drawFrom } from './draw.ts';
export * from './explain.ts';
export * from './field.ts';
export * from './lot.ts';
export * from './mechanism.ts';
export * from './merit-order.ts';
export * from './negotiation.ts';
export type { ZonalDetails } from './network/zonal.ts';
export * from './north-west.ts';
export * from './open-book.ts';
export * from './order.ts';
export { outcomeFault } from './outcome-fault.ts';
export * from './price-rule.ts';
export * from './properties.ts';
export * from './registry.ts';
export * from './self-trade.ts';
export * from './sharing/operator-allocated.ts';
export * from './sharing/participation-factor.ts';
export * from './sharing/registry.ts';
export {
  SHARE_MILLIONTHS,
  type SharedPart,
  type Sharing,
  type SharingInterval,
  type SharingParty,
  type SharingRule,
} from './sharing/sharing.ts';
export * from './sharing-properties.ts';
export * from './solver.ts';
export { squareRoot } from './square-root.ts';
export * from './traders/registry.ts';
export type { Shout, Trader, TradingSituation } from './traders/trader.ts';
export * from './traders/trading-session.ts';
export * from './uniform-price.ts';
