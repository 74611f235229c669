export {
  addFigures,
  type Campaign,
  type CampaignSetting,
  CampaignSkipped,
  type Figures,
  type OpenCampaign,
  promise,
} from './campaigns/campaign.ts';
export { conserve } from './campaigns/conserve.ts';
export { durable } from './campaigns/durable.ts';
export {
  type CampaignOrder,
  type CampaignState,
  type CampaignVerdict,
  type CampaignWorld,
  figuresText,
  repeatCommand,
  runCampaign,
} from './campaigns/run-campaign.ts';
export { settlement } from './campaigns/settlement.ts';
export { Bookkeeper } from './checkers/bookkeeper.ts';
export { drawValue } from './codecs/samples.ts';
export {
  act,
  agreementKeyOf,
  CALL_MARKET,
  COMMUNITY_FROM_MS,
  CONNECTION_W,
  type CommunityPlan,
  commitBlock,
  communityGenesis,
  Device,
  homeName,
  IDLE,
  NEGOTIATED_MARKET,
  OFFICER,
  oneThreadCrypto,
  SLOT_MS,
  signerOf,
} from './community/simulated-community.ts';
export {
  type Correction,
  correctionFor,
  type DayHabit,
  dayHabits,
} from './community/street-agent.ts';
export { type Batch, Traffic } from './community/traffic.ts';
export {
  DiskFullError,
  PowerLossError,
  type SimulatedFaults,
  SimulatedStorage,
  STEPS_PER_BLOCK,
  SyncFailedError,
} from './faults/simulated-storage.ts';
export {
  type MemberKind,
  type MemberRole,
  rolesOf,
} from './households/member.ts';
export {
  describeFinding,
  type Profile,
  type ProfileFinding,
  type ProfileKind,
  type ProfileSet,
  profilesFrom,
  readProfiles,
} from './households/profile-files.ts';
export { type ProfileFault, ProfileFileError } from './households/profile-rows.ts';
export { mixSeeds, SeededRandom } from './households/seeded-random.ts';
export { SETM_PARTIES, type SetmParty } from './households/setm-case.ts';
export {
  buildStreet,
  exchangeWhAt,
  HOMES_DEFAULT,
  HOMES_MAX,
  type Street,
  type StreetMember,
  type StreetOptions,
} from './households/street.ts';
export { pairedDifferences } from './metrics/comparison.ts';
export { meanInterval } from './metrics/mean-interval.ts';
export type { PairedDifference } from './metrics/metric.ts';
export { metricsOf } from './metrics/metrics.ts';
export { daysNote, pairsText } from './report/comparison-text.ts';
export { per } from './report/difference-digits.ts';
export { marginOfDifference } from './report/market-maker.ts';
export { isModule } from './scenario/from-folder.ts';
export {
  type ImportedMember,
  type ImportedMembers,
  type InitialScenario,
  initialScenario,
} from './scenario/initial-scenario.ts';
export { scenarioJsonSchema } from './scenario/published-schema.ts';
export type { ReadScenario } from './scenario/read-scenario.ts';
export { SCENARIO_SCHEMA, type Scenario } from './scenario/scenario.ts';
export { ScenarioError } from './scenario/scenario-error.ts';
export { type FinishedStudy, finishStudy } from './study/finish-study.ts';
export { MarketError } from './study/market-error.ts';
export type { StudyMechanism } from './study/mechanism-exchange.ts';
export type { MemberResult, RunResult, SlotResult } from './study/results.ts';
export { runScenario } from './study/run-scenario.ts';
export {
  doRun,
  forgetOtherRuns,
  isRunDone,
  planStudy,
  requireMarkets,
  type Study,
  type StudyRunPlan,
  type StudyWorld,
} from './study/study.ts';
export { StudyWriteError, writeWhole } from './study/study-file.ts';
export { forgetEmpty, mayHoldStudy, studyIn, takeStudyFolder } from './study/study-folder.ts';
export { TABLES } from './study/table.ts';
export { VirtualClock } from './time/virtual-clock.ts';
