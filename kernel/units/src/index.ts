export { QuantityTextError, type TextField } from './decimal.ts';
export {
  formatInstant,
  INSTANT_MS_MAX,
  INSTANT_MS_MIN,
  parseInstant,
} from './instant.ts';
export * from './lesser.ts';
export * from './mean-power.ts';
export * from './quantity.ts';
export * from './rounding.ts';
export * from './slot.ts';
export * from './split.ts';
export * from './text.ts';
