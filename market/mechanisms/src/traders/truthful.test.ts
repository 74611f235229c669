import { price } from '@commonwatt/units';
import { expect, test } from 'vitest';
import { drawFrom } from '../draw.ts';
import { truthful } from './truthful.ts';

test('shouts its limit whatever it saw', () => {
  const situation = {
    side: 'sell' as const,
    limit: price(42n),
    floor: price(0n),
    ceiling: price(100n),
    bestBid: price(90n),
    bestAsk: price(95n),
    active: true,
  };
  const draw = drawFrom(1n);
  const seen = truthful.observe(
    truthful.begin(situation, draw),
    { side: 'buy', price: price(90n), accepted: false },
    situation,
    draw,
  );
  expect(truthful.quote(seen, situation, draw)).toBe(42n);
});
