export * from './bundle.ts';
export * from './checkpoint-desk.ts';
export * from './community.ts';
export type * from './desks.ts';
export { createServer, type HttpServer, type ServerOptions } from './http/server.ts';
export * from './node.ts';
export * from './officer.ts';
export * from './settlement/run-check.ts';
