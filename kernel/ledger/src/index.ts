export * from './bytes.ts';
export * from './world.ts';
