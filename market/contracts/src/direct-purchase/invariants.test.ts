import { money } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { checkRounds } from './invariants.ts';
import { listings, rounds, tokens } from './state.ts';
import { plants } from './testing/street-of-plants.ts';
import { checkTokens } from './tokens.ts';

describe('a breach stops the node', () => {
  test('D-1: tokens that nothing backs', () => {
    const { ledger, wind } = plants();
    ledger.endBlock();
    const key = { owner: wind, kind: 'free' } as const;
    const { balance } = ledger.state.get(tokens, key) ?? { balance: 0n };
    ledger.state.set(tokens, key, { balance: money(balance + 1n) });
    expect(() => checkTokens(ledger.state)).toThrow('D-1: expected token changes that sum to zero');
    const issued = { owner: 0, kind: 'issued' } as const;
    const before = ledger.state.get(tokens, issued)?.balance ?? 0n;
    ledger.state.set(tokens, issued, { balance: money(before - 1n) });
    expect(() => checkTokens(ledger.state)).toThrow(/D-1: expected \d+ tokens issued/);
  });

  test('D-2: a listing that holds other than is held of its member', () => {
    const { ledger, wind } = plants();
    const key = { round: 1, member: wind };
    const listing = ledger.state.get(listings, key);
    if (listing === undefined) throw new Error('expected a listing');
    ledger.state.set(listings, key, { ...listing, held: money(listing.held - 1n) });
    expect(() => ledger.endBlock()).toThrow(`D-2: expected listings and contracts to hold`);
  });

  test('D-4: a round that is over and still holds', () => {
    const { ledger } = plants();
    ledger.state.set(rounds, 1, { ...ledger.round(), stage: 'closed' });
    expect(() => checkRounds(ledger.state)).toThrow('D-4: expected round 1 to hold nothing');
  });
});
