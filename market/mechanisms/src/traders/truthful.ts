import type { Trader } from './trader.ts';

/** Shouts what the energy is worth to it: the yardstick of every other trader. */
export const truthful: Trader<null> = {
  name: 'truthful',
  source: 'Vickrey 1961: the bid that a truthful mechanism makes best',
  rule: 'Shouts its limit',
  begin: () => null,
  quote: (_memory, { limit }) => limit,
  observe: () => null,
};
