/** One order of a book without its owner, as the node tells it. */
export interface BookLine {
  readonly side: 'buy' | 'sell';
  readonly limit: string;
  readonly energy: string;
  readonly filled?: string;
  readonly lot?: string;
}
