/** Files of readings, for the browser and for Node alike. */
export * from './built-in-profiles.ts';
export * from './detect.ts';
export * from './dry-run.ts';
export * from './import-fault.ts';
export * from './imported-file.ts';
export * from './profile.ts';
export * from './send-readings.ts';
export * from './series-slots.ts';
export * from './zone-calendar.ts';
