import { chargingContract } from './charging-contract/experiment.ts';
import { dplc } from './dplc/experiment.ts';
import { godeSunder } from './gode-sunder/experiment.ts';
import { midMarketOrAuction } from './mid-market-or-auction/experiment.ts';
import { nashBidding } from './nash-bidding/experiment.ts';
import { quartierstrom } from './quartierstrom/experiment.ts';
import type { Experiment } from './reproduction.ts';
import { stackelbergPricing } from './stackelberg-pricing/experiment.ts';
import { storageGame } from './storage-game/experiment.ts';
import { tradeReduction } from './trade-reduction/experiment.ts';
import { zipConvergence } from './zip-convergence/experiment.ts';

export { paperRound } from './dplc/paper-round.ts';
export {
  type Comparison,
  type Experiment,
  type ExperimentInputs,
  isAsExpected,
  type Reproduction,
  type ReproductionPart,
  type Verdict,
} from './reproduction.ts';

export const experiments: readonly Experiment[] = [
  dplc,
  godeSunder,
  zipConvergence,
  tradeReduction,
  stackelbergPricing,
  nashBidding,
  chargingContract,
  storageGame,
  midMarketOrAuction,
  quartierstrom,
];
