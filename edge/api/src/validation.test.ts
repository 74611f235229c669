import Type from 'typebox';
import { describe, expect, test } from 'vitest';
import { hash, record } from './schema.ts';
import { schemaFault } from './validation.ts';

const schema = record({
  member: Type.Integer({ minimum: 1, maximum: 9 }),
  hash: Type.Optional(hash),
  side: Type.Optional(Type.Union([Type.Literal('buy'), Type.Literal('sell')])),
  rows: Type.Optional(Type.Array(record({ name: Type.String({ maxLength: 3 }) }), { maxItems: 2 })),
});

describe('a value that does not fit', () => {
  test.each<[string, unknown, string, string, string]>([
    ['nothing', undefined, 'body', 'object', 'nothing'],
    ['a list', [], 'body', 'object', 'a list of 0'],
    ['no member', {}, 'body.member', 'integer 1 to 9', 'nothing'],
    ['text for a number', { member: '1' }, 'body.member', 'integer 1 to 9', '"1"'],
    ['too much', { member: 10 }, 'body.member', 'integer 1 to 9', '10'],
    ['a field too many', { member: 1, role: 'x' }, 'body.role', 'no such field', '"x"'],
    ['another side', { member: 1, side: 'hold' }, 'body.side', '"buy" or "sell"', '"hold"'],
    ['null', { member: 1, side: null }, 'body.side', '"buy" or "sell"', 'null'],
    [
      'a long name',
      { member: 1, rows: [{ name: 'a' }, { name: 'abcd' }] },
      'body.rows[1].name',
      'string <= 3 characters',
      '"abcd"',
    ],
    [
      'no name',
      { member: 1, rows: [{}] },
      'body.rows[0].name',
      'string <= 3 characters',
      'nothing',
    ],
    [
      'many rows',
      { member: 1, rows: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] },
      'body.rows',
      'array <= 2 items',
      'a list of 3',
    ],
    [
      'short hash',
      { member: 1, hash: 'ab' },
      'body.hash',
      'string (32 bytes in hex) like ^[0-9a-f]{64}$',
      '"ab"',
    ],
  ])('%s', (_, value, field, expected, got) => {
    expect(schemaFault(schema, value, 'body')).toEqual({ field, expected, got });
  });

  test('is shown in a few characters, and so is its name', () => {
    const fault = schemaFault(schema, { member: 1, ['x'.repeat(500)]: 'y'.repeat(500) }, 'body');
    expect(fault?.field.length).toBeLessThan(80);
    expect(fault?.got.length).toBeLessThan(80);
  });

  test('inherited names are no fields', () => {
    expect(schemaFault(schema, { member: 1, toString: 1 }, 'body')?.field).toBe('body.toString');
  });
});

test('a value that fits has no fault', () => {
  const value = { member: 9, hash: 'ab'.repeat(32), side: 'buy', rows: [{ name: 'abc' }] };
  expect(schemaFault(schema, value, 'body')).toBeUndefined();
});
