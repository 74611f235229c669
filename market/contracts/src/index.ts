export * from './action-types.ts';
export * from './authority.ts';
export * from './events.ts';
export * from './genesis-parameters.ts';
export * from './governance/messages.ts';
export * from './governance/state.ts';
export * from './identity/messages.ts';
export * from './identity/state.ts';
export {
  bookAmounts,
  exposureOf,
} from './market/book.ts';
export * from './market/limits.ts';
export * from './market/mechanism.ts';
export * from './market/messages.ts';
export { marketModule } from './market/module.ts';
export * from './market/order-id.ts';
export { paymentOf, worstCase } from './market/payment.ts';
export * from './market/readers.ts';
export {
  connectionEnergy,
  firstOpenSlotMs,
  gateClosesMs,
  slotsOpen,
} from './market/slots.ts';
export { energyOfSlot } from './market/standing-slots.ts';
export * from './market/state.ts';
export * from './metering/messages.ts';
export * from './metering/state.ts';
export * from './parameters.ts';
export * from './refusals.ts';
export * from './settlement/messages.ts';
export * from './settlement/state.ts';
export * from './wallet/accounts.ts';
export * from './wallet/messages.ts';
export { walletModule } from './wallet/module.ts';
export * from './wallet/state.ts';
