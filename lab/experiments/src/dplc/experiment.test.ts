import { describe, expect, test } from 'vitest';
import { isAsExpected, type Reproduction } from '../reproduction.ts';
import { decimalOf, isWithin, ROUNDINGS, roundedText } from './decimals.ts';
import { dplc } from './experiment.ts';

const reproduction = dplc.run();
const named = (name: string) =>
  reproduction.parts.flatMap(({ comparisons }) => comparisons).filter((one) => one.name === name);

test('every row comes out as the folder expects', () => {
  const wrong = reproduction.parts.flatMap(({ comparisons }) =>
    comparisons.filter(({ found, expected }) => found !== expected),
  );
  expect(wrong).toEqual([]);
  expect(isAsExpected(reproduction)).toBe(true);
});

test('a row that comes out otherwise is told', () => {
  const [part, ...parts] = reproduction.parts;
  const [first, ...comparisons] = part!.comparisons;
  const wrong: Reproduction = {
    ...reproduction,
    parts: [
      { ...part!, comparisons: [{ ...first!, found: 'contradicts' }, ...comparisons] },
      ...parts,
    ],
  };
  expect(isAsExpected(wrong)).toBe(false);
});

describe('what was found by calculation', () => {
  test('rows 1 to 11 follow, rows 12 to 14 do not', () => {
    const found = Array.from({ length: 14 }, (_, at) => named(`row ${at + 1}`)[0]?.found);
    expect(found).toEqual([...Array(11).fill('follows'), ...Array(3).fill('contradicts')]);
  });

  test.each([
    ['what is left of H2 by priority, bundled', 'B2 15421, B1 2323, C none'],
    ['what is left of H2 by priority, not bundled', 'B2 15421, B1 9318, C none'],
    ['prices of B2 with H2', '4.172/2.074'],
    ['prices of B1 with H2', '4.123/2.123'],
    ['prices of C with H2', '4.1285/2.1175'],
    ['sum of rows 12 to 14', '17744 MWh'],
    ['thermal energy is three times the wind energy', '3 x 22439 = 67317 MWh'],
    ['the wind covers the demand', '24175 MWh wanted, 22439 MWh of wind; C 1736 MWh short'],
  ])('%s', (name, ours) => expect(named(name)[0]?.ours).toBe(ours));

  test('Table 6 has 10867, 10604 and 10229 certificates, and Table 5 pays some 187 million', () => {
    expect(named('one matching has one number of certificates')[0]?.theirs).toBe(
      '10867, 10604, 10229',
    );
    expect(named('revenue of generators by Table 5')[0]?.ours).toMatch(
      /^18[67]\d{6}(?:\.\d+)? token/,
    );
  });
});

test('decimals: exact both ways, and every rounding by its name', () => {
  expect(ROUNDINGS.map((rounding) => roundedText(rounding, decimalOf('2.3145'), 3))).toEqual([
    '2.314',
    '2.315',
    '2.315',
    '2.314',
    '2.314',
  ]);
  expect(isWithin(decimalOf('1.0005'), decimalOf('1'), decimalOf('0.0005'))).toBe(true);
  expect(isWithin(decimalOf('1'), decimalOf('1.00051'), decimalOf('0.0005'))).toBe(false);
});
