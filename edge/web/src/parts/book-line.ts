/** One order of a book without its owner, as the node tells it. */
export interface BookLine {
  readonly side: 'buy' | 'sell';
  readonly limit: string;
  readonly energy: string;
  /** The feeder it is metered on, where the market's rule knows feeders. */
  readonly zone?: string | null;
  readonly filled?: string;
  readonly lot?: string;
}
