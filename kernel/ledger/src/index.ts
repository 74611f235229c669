export * from './application.ts';
export * from './audit.ts';
export { balanceKeyHash } from './balances.ts';
export * from './base64.ts';
export * from './batch.ts';
export * from './block.ts';
export * from './byte-stream.ts';
export * from './bytes.ts';
export * from './checkpoint.ts';
export {
  bytesUpTo,
  type Codec,
  choice,
  decode,
  encode,
  energyWh,
  fixedBytes,
  flag,
  hash32,
  moneyNano,
  powerW,
  priceNano,
  type Shape,
  textUpTo,
  u8,
  u16,
  u32,
  u64,
} from './codec.ts';
export * from './composite-codec.ts';
export * from './ed25519.ts';
export * from './epoch-origin.ts';
export * from './genesis.ts';
export * from './ledger.ts';
export * from './merkle/balance-map.ts';
export * from './merkle/history.ts';
export * from './merkle/packed-leaves.ts';
export * from './merkle/tree.ts';
export * from './note.ts';
export * from './rules.ts';
export * from './state.ts';
export * from './stored-block.ts';
export * from './transaction.ts';
export * from './verifier-key.ts';
export * from './world.ts';
