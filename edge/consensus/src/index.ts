export type {
  Committed,
  CommittedBlock,
  RefusedAtDoor,
  SubmitAnswer,
} from './embedded/answers.ts';
export {
  backupStore,
  copyStore,
  isBackup,
  type StoreCopy,
  storeHolder,
} from './embedded/backup.ts';
export {
  EmbeddedEngine,
  EngineHaltedError,
  type EngineMetrics,
  type EngineOptions,
} from './embedded/engine.ts';
export { FolderInUseError, isFolderLock, lockFolder } from './embedded/folder-lock.ts';
export {
  LmdbStorage,
  type LmdbStorageOptions,
  openLmdbStorage,
  storePaths,
} from './embedded/lmdb-storage.ts';
export {
  NodeCrypto,
  type NodeCryptoOptions,
  NodeSigner,
  nodeRandom,
  OneThreadCrypto,
  sha256,
  systemClock,
} from './embedded/node-crypto.ts';
export type { PoolLimits } from './embedded/pool.ts';
export { quickestCrypto } from './embedded/sodium-crypto.ts';
export {
  CLOCK_LIMITS,
  type ClockChange,
  type ClockLimits,
  type ClockNews,
  type ClockStep,
  type MachineTime,
  machineTime,
  SteadyClock,
} from './embedded/steady-clock.ts';
export {
  StoreDamagedError,
  StoreFailedError,
  StoreLockedError,
  writeFault,
} from './embedded/store-errors.ts';
export { MemoryStorage } from './memory-storage.ts';
