export * from './checkpoint-file.ts';
export * from './keystore-file.ts';
export * from './node-scrypt.ts';
export * from './talk-file.ts';
