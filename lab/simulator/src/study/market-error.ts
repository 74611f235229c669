/** A scenario asks for something that its mechanism or its files do not give. */
export class MarketError extends Error {
  constructor(place: string, expected: string, got: string) {
    super(`${place}: expected ${expected}, got ${got}`);
    this.name = 'MarketError';
  }
}
