export {
  type Correction,
  correctionFor,
  type DayHabit,
  dayHabits,
} from './community/street-agent.ts';
export {
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
