/** The rules that a market can have, in the words of those who trade by them. */

interface RuleWords {
  readonly name: string;
  readonly about: string;
  /** What to think of before naming a limit, where the limit is more than a bound of the one price. */
  readonly order?: string;
}

const middle =
  'Here each pair trades at the middle of its two limits, so your own limit moves your price.';

const byName: Readonly<Record<string, RuleWords>> = {
  uniform: {
    name: 'One price for all',
    about:
      'The dearest requests meet the cheapest offers, as much as fits. All who trade have one price, between the last offer that sells and the last request that buys.',
  },
  'pay-as-bid': {
    name: 'Each at their own limit',
    about:
      'The dearest requests meet the cheapest offers, as much as fits. Each buyer pays exactly its limit, each seller gets exactly its own. The difference goes to the community.',
    order: 'Here you pay or get exactly the limit that you name, if you trade.',
  },
  average: {
    name: 'One price, midway between the last two',
    about:
      'The cheapest offers meet the dearest requests. All have one price: midway between the last request and the last offer that trade, and never below the reserve price.',
  },
  mcafee: {
    name: 'Price by those who come next (McAfee)',
    about:
      'Where the next request and the next offer give a price that fits, all trade at it. Where not, the last level stays out: buyers pay what its request would have paid, sellers get what its offer asked, and the difference goes to the community.',
  },
  sbba: {
    name: 'One price, the last level may stay out',
    about:
      'All have one price: that of the next offer, or of the last request where that is lower and its level then stays out. Of the longer side all get the same part.',
  },
  muda: {
    name: 'Two halves price each other',
    about:
      'A lot parts the members in two halves. Each half trades at the price that the other half came to, so nobody sets the own price.',
  },
  'proportional-two-sided': {
    name: 'One price, shared in proportion',
    about:
      'All have one price. Everyone who accepts it takes part, and of the longer side each gets the same part of its energy.',
  },
  'ascending-increment': {
    name: 'A price that is called upwards',
    about: 'The price rises in steps until the offers cover the requests. All trade at that price.',
  },
  'iterative-double-auction': {
    name: 'A price that is called up and down',
    about:
      'The price starts midway between the best request and the best offer and moves in steps until both amounts can meet. All trade at that price.',
  },
  willingness: {
    name: 'In pairs, at the middle',
    about:
      'The best requests meet the best offers, and each pair trades at the middle of its limits.',
    order: middle,
  },
  continuous: {
    name: 'First come, first served',
    about:
      'Orders meet in the order in which they came, each with the best that stands already, at the price of the one that stood. It is worked out when the gate closes.',
    order:
      'Here an order that stands first trades at its own limit; one that meets it gets that price.',
  },
  'two-stage': {
    name: 'In two rounds',
    about:
      'First a call at one price; then what is left trades in a second round, as it came or in one more call.',
  },
  'stable-matching': {
    name: 'Stable pairs, at the middle',
    about:
      'One request is paired with one offer so that no two would both rather have each other. Each pair trades at the middle of its limits.',
    order: middle,
  },
  'naive-auction': {
    name: 'Buyers bid for offers in turn',
    about:
      'Requests outbid each other for offers until none would rather have another. Each pair has its own price.',
  },
  'equal-increment-pool': {
    name: 'A pool in equal parts',
    about:
      'All have one price. The shorter side is served in full; on the longer everyone gets the same amount, up to what it asked.',
  },
  'microgrid-exchange': {
    name: 'A call, then an exchange of the rest',
    about:
      'First a call at one price; what is left then meets at a second price, called out in rounds or found in one more call.',
  },
  zonal: {
    name: 'One price a feeder, as far as the lines carry',
    about:
      'Where the lines carry all of it, everyone has one price. Where a line is full, each side of it has its own: buyers behind it pay more than the sellers before it get, and the difference goes to the community.',
  },
  negotiation: {
    name: 'By negotiation',
    about: 'Two members come to terms by themselves, in turns.',
  },
};

export const rules = {
  byName,
  settings: {
    reserve: 'reserve price',
    increment: 'step of the price',
    start: 'first price',
    step: 'step of the price',
    floor: 'least price',
    ceiling: 'dearest price',
    pool_price: 'price of the pool',
    gate: 'first round takes orders until',
    second: 'second round',
    proposing: 'who proposes',
    exchange: 'what is left meets',
    rounds: 'rounds at most',
  },
  values: {
    'second continuous': 'as orders came',
    'second uniform': 'in one call',
    'proposing buyers': 'buyers',
    'proposing sellers': 'sellers',
    'exchange sub-gradient': 'at prices that are called out',
    'exchange auction': 'in one call',
  },
  line: (from: string, to: string) => `line ${from} – ${to}`,
  carries: (energy: string) => `carries ${energy} in a slot`,
  beforeSlot: (time: string) => `${time} before the slot begins`,
  afterSlot: (time: string) => `${time} after the slot begins`,
  exact: 'The rule word for word',
  versionOf: (name: string, version: number) => `‘${name}’, version ${version}`,
} as const;
