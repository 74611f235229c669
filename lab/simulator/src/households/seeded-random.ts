/**
 * The only chance this room knows: a stream of 32-bit integers fixed by its seed. Integer steps
 * alone, so that every machine draws the same street and the same weather.
 *
 * The steps are a Weyl sequence of odd increment 2^32 divided by the golden ratio, each term mixed
 * by two multiplications (the scheme of Steele, Lea and Flood 2014, SplitMix, narrowed to 32 bits).
 * It makes weather and habits, never keys.
 */
export class SeededRandom {
  private current: number;

  constructor(seed: number) {
    this.current = mixSeeds(seed);
  }

  /** Goes on where another stream stood, from its `state`. */
  static from(state: number): SeededRandom {
    const random = new SeededRandom(0);
    random.current = state >>> 0;
    return random;
  }

  /** 32 bits that continue this stream, to be kept for `from`. */
  get state(): number {
    return this.current;
  }

  /** The next whole number from 0 to 2^32 - 1. */
  next(): number {
    this.current = (this.current + 0x9e3779b9) >>> 0;
    return scramble(this.current);
  }

  /** A whole number from 0 to `bound` - 1; the bias is below bound / 2^32. */
  below(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > 0xffff) {
      throw new RangeError(`below: expected a bound of 1 to 65535, got ${bound}`);
    }
    return Math.floor((this.next() / 0x1_0000_0000) * bound);
  }

  /** A multiple of 2^-32 from 0 to below 1. */
  fraction(): number {
    return this.next() / 0x1_0000_0000;
  }

  /**
   * About normal with mean 0 and variance 1: the sum of twelve fractions less 6 (Irwin 1927,
   * Hall 1927). It needs no logarithm, whose last digit differs between machines.
   */
  normal(): number {
    let sum = -6;
    for (let i = 0; i < 12; i += 1) sum += this.fraction();
    return sum;
  }
}

/**
 * One seed out of several, so that each home and each day has a stream of its own.
 * @throws RangeError unless all are safe integers.
 */
export function mixSeeds(...seeds: readonly number[]): number {
  let mixed = 0;
  for (const seed of seeds) {
    if (!Number.isSafeInteger(seed)) {
      throw new RangeError(`seed: expected a safe integer, got ${seed}`);
    }
    const high = Math.floor(seed / 0x1_0000_0000);
    mixed = scramble((mixed ^ scramble((seed >>> 0) + 0x9e3779b9)) + (high | 0));
  }
  return mixed;
}

function scramble(word: number): number {
  let mixed = word | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
