/** Counts of what devices sent, for the figures of a node. */

export interface MqttFigures {
  readonly names: readonly string[];
  /** Since the start. */
  figure(name: string): number;
}
