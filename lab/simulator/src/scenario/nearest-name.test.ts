import { expect, test } from 'vitest';
import { meantName, nearestName } from './nearest-name.ts';

const KNOWN = ['battery', 'solar', 'load', 'electric_vehicle', 'heat_pump', 'k'];

test.each([
  ['batery', 'battery'],
  ['Battery', 'battery'],
  ['solra', 'solar'],
  ['electricvehicle', 'electric_vehicle'],
  ['lod', 'load'],
  ['wind', undefined],
  ['q', undefined],
  ['x'.repeat(1_000), undefined],
])('%s -> %s', (name, meant) => {
  expect(nearestName(name, KNOWN)).toBe(meant);
});

test('a name that nobody could have meant is not guessed at', () => {
  expect(meantName('xyzzy', KNOWN)).toBe('');
  expect(meantName('batery', KNOWN)).toBe('; was battery meant?');
});
