export * from './clear-lines.ts';
export * from './lot.ts';
export * from './merit-order.ts';
export * from './order.ts';
export * from './pairing.ts';
export * from './price-rule.ts';
export * from './self-trade.ts';
export * from './uniform-price.ts';
