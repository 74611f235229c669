/** What a run is judged by: each metric is defined once, in one function, under one name. */

export interface MetricDefinition {
  readonly name: string;
  /** kWh, kW, EUR, EUR/MWh, share (1 is the whole), count, ms, kg, 1/s, byte or byte/kWh; nothing for a pure number. */
  readonly unit: string;
  /** The formula in words, with its source. */
  readonly meaning: string;
  /** Which way is better, where one is. */
  readonly better: 'more' | 'less' | null;
}

export interface Metric {
  readonly name: string;
  readonly unit: string;
  /** Null where it is not defined: no production, no price, no ledger. */
  readonly value: number | null;
}

/** One metric of two mechanisms on the same worlds: the second less the first. */
export interface PairedDifference {
  readonly metric: string;
  readonly unit: string;
  readonly first: string;
  readonly second: string;
  readonly firstMean: number;
  readonly secondMean: number;
  readonly difference: number;
  /** Of the difference, at 95 per cent; null with fewer than two pairs. */
  readonly low: number | null;
  readonly high: number | null;
  /** What a pair is: a run with its own seed, or a day of the one run. */
  readonly pairedBy: 'seed' | 'day';
  readonly pairs: number;
}
