import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonPieces, Rows } from './json-pieces.ts';

test('the pieces are the text of JSON.stringify', () => {
  const fields = fc.dictionary(fc.string(), fc.option(fc.jsonValue(), { nil: undefined }));
  fc.assert(
    fc.property(fields, fc.array(fc.jsonValue()), (given, list) => {
      const boxed = (item: unknown) => ({ item });
      const whole = { ...given, list: list.map(boxed), none: undefined, last: null };
      const parted = { ...given, list: new Rows(list, boxed), none: undefined, last: null };
      expect([...jsonPieces(parted)].join('')).toBe(JSON.stringify(whole));
    }),
  );
  expect([...jsonPieces({})].join('')).toBe('{}');
});

test('a long list is several pieces, with one comma between two rows', () => {
  const items = Array.from({ length: 5000 }, (_, at) => at);
  const pieces = [...jsonPieces({ list: new Rows(items, (at) => ({ at })) })];
  expect(pieces.length).toBeGreaterThan(5);
  expect(pieces.join('')).toBe(JSON.stringify({ list: items.map((at) => ({ at })) }));
});
