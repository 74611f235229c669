// A clearing rule of one's own: commonwatt clear --mechanism ./mine.js < orders.csv
// The default export gets what the shipped mechanisms are made of and returns a rule; around it stand the usual checks.
// Energies are bigint Wh, prices bigint thousandths of EUR/MWh (= nano-EUR per Wh), so energy * price is nano-EUR.

export default ({ openBook, clearBook, tradesOf, clearingOf, divideDown, fractionAt, price }) => ({
  name: 'mine',
  version: 1,
  source: 'Nobody yet',
  rule: 'The trades of the uniform call, every pair at its own price: ask + k (bid - ask), rounded down',
  ties: 'As in the uniform call: pro rata by largest remainder, then by lowest lot',
  settings: [
    // --param reserve=87.5 arrives as 87500n, --param k=0.25 as { numerator: 25n, denominator: 100n }.
    { name: 'reserve', meaning: 'Bids below it stand aside.', form: 'price' },
    {
      name: 'k',
      meaning: 'The part of the gap between bid and ask that sellers get.',
      form: 'decimal',
      least: 0n,
      most: 1n,
      fallback: { numerator: 1n, denominator: 2n },
    },
  ],
  properties: ['budget_balance', 'individual_rationality', 'efficient'],

  clear(call) {
    const { reserve } = call.settings; // undefined where it was not given
    const { numerator, denominator } = fractionAt(call.settings, 'k');
    // Lines by merit, a member's own crossing orders out: { limit, energy, lot, order }, order as in the file.
    const { standing, bids, asks } = openBook(call);
    const admitted = bids.filter(({ limit }) => reserve === undefined || limit >= reserve);
    // Who trades how much: lists of { line, energy }.
    const filled = clearBook([...admitted, ...asks], {});
    // From the best bid with the best ask on: { bid, ask, buyer, seller, energy, buyerPrice, sellerPrice }.
    const trades = tradesOf(filled.bids, filled.asks, (bid, ask) => {
      const gap = bid.limit - ask.limit;
      const at = price(ask.limit + divideDown(gap * numerator, denominator));
      return { buyerPrice: at, sellerPrice: at };
    });
    // Fills, what is left, payments, welfare and surplus follow from the trades.
    return clearingOf(standing, { trades, details: { pairs: trades.length } });
  },
});
