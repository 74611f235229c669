import { MemoryStorage, OneThreadCrypto } from '@commonwatt/consensus';
import { expect, test } from 'vitest';
import { pieces, Trading, TradingLedger } from './trading.ts';

test('every order that a bench signs is taken by the market, alone and in batches', async () => {
  const trading = new Trading({ members: 3, checkpointBlocks: 1 });
  const ledger = await TradingLedger.begin(trading, {
    crypto: new OneThreadCrypto(),
    storage: new MemoryStorage(),
  });
  await ledger.takenBlock(trading.sign(9, 1));
  await ledger.takenBlock(trading.sign(3, 100));
  expect(ledger.ledger.head).toMatchObject({ height: 2, transactionCount: 3 });
});

test('a refused order is a fault of the bench', async () => {
  const trading = new Trading({ members: 2, checkpointBlocks: 1 });
  const ledger = await TradingLedger.begin(trading, {
    crypto: new OneThreadCrypto(),
    storage: new MemoryStorage(),
  });
  const [first] = trading.sign(1, 1);
  if (first === undefined) throw new Error('expected a transaction');
  await ledger.takenBlock([first]);
  await expect(ledger.takenBlock([first])).rejects.toThrow('expected every order to be taken');
});

test('pieces are of one length, but for the last', () => {
  expect(pieces([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
});
