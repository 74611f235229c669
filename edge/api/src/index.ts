export * from './reading-text.ts';
export * from './route.ts';
export * from './routes.ts';
export * from './signed-request.ts';
export * from './strict-json.ts';
