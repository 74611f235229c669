import { describe, expect, test } from 'vitest';
import { findPlace, pathTo, readPlace } from './location.ts';

const HASH = 'ab'.repeat(32);

describe('places', () => {
  test.each([
    ['', { screen: 'street' }],
    ['#/', { screen: 'street' }],
    [pathTo.slot(3, 1_781_786_700_000), { screen: 'slot', market: 3, slotMs: 1_781_786_700_000 }],
    [pathTo.blocks(), { screen: 'blocks' }],
    [pathTo.block(42), { screen: 'block', height: 42, verify: false }],
    [pathTo.blockVerified(42), { screen: 'block', height: 42, verify: true }],
    [pathTo.transaction(HASH), { screen: 'transaction', id: HASH }],
    [pathTo.me(), { screen: 'me' }],
    [pathTo.access(), { screen: 'access' }],
    ['#/direct', { screen: 'direct', part: 'rounds', round: undefined }],
    [pathTo.direct('admissions'), { screen: 'direct', part: 'admissions', round: undefined }],
    [pathTo.direct('peg'), { screen: 'direct', part: 'peg', round: undefined }],
    [pathTo.directRound(12), { screen: 'direct', part: 'rounds', round: 12 }],
    [pathTo.desk('records'), { screen: 'desk', part: 'records' }],
    [`#/join?invite=${HASH}&chain=${HASH}`, { screen: 'join', invite: HASH, chain: HASH }],
    ['#/join', { screen: 'join', invite: '', chain: '' }],
  ])('%s', (path, place) => {
    expect(readPlace(path)).toEqual(place);
  });

  test.each([
    '#/blocks/-1',
    '#/blocks/1e3',
    '#/blocks/12/34',
    '#/market/1',
    '#/market/x/0',
    '#/market/1/2/3',
    '#/transactions/12',
    '#/direct/rounds/x',
    '#/direct/admissions/1',
    '#/nothing',
  ])('%s is no place', (path) => {
    expect(readPlace(path).screen).toBe('unknown');
  });
});

describe('the search', () => {
  const day = { nowMs: Date.UTC(2026, 5, 18, 15, 7), market: 1, slotLengthMs: 900_000 };

  test.each([
    ['42', pathTo.block(42)],
    [' #42 ', pathTo.block(42)],
    ['14:20', pathTo.slot(1, Date.UTC(2026, 5, 18, 14, 15))],
    ['9.00', pathTo.slot(1, Date.UTC(2026, 5, 18, 9))],
    [HASH.toUpperCase(), pathTo.transaction(HASH)],
    ['25:00', undefined],
    ['14:60', undefined],
    ['Ana', undefined],
    ['', undefined],
  ])("'%s'", (text, path) => {
    expect(findPlace(text, day)).toBe(path);
  });
});
