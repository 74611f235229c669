/** Chance that is drawn from a seed, the same on every machine. */

/** A whole number from 0 to `below` less one, every one as likely but for `below` / 2^64. `below` is from 1 to 2^64. */
export type Draw = (below: bigint) => bigint;

/** Draws from a seed of 64 bits (splitmix64: Steele, Lea and Flood 2014). */
export function drawFrom(seed: bigint): Draw {
  let state = seed;
  return (below) => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let mixed = state;
    mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n);
    mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn);
    return (mixed ^ (mixed >> 31n)) % below;
  };
}
