/** What the definitions say, as types: server and client are checked against the same ones. */

import type { Static, TSchema } from 'typebox';
import type { GeneralRefusal, Route } from './route.ts';
import type { RouteName, routes } from './routes.ts';

type Routes = typeof routes;
type Part<N extends RouteName, P extends keyof Route, Otherwise> = Routes[N] extends {
  readonly [K in P]: infer S extends TSchema;
}
  ? Static<S>
  : Otherwise;
type Nothing = Readonly<Record<string, never>>;

export type RouteParams<N extends RouteName> = Part<N, 'params', Nothing>;
export type RouteQuery<N extends RouteName> = Part<N, 'query', Nothing>;
/** Nothing where the route takes no body. */
export type RouteBody<N extends RouteName> = Part<N, 'body', undefined>;
/** The body of a 200 answer: text where the route names another media type. */
export type RouteResponse<N extends RouteName> = Part<N, 'response', string>;
/** Every code that a route may refuse with. */
export type RouteRefusal<N extends RouteName> = Routes[N]['refusals'][number] | GeneralRefusal;

export type StreamRouteName = {
  [N in RouteName]: Routes[N] extends { readonly contentType: 'text/event-stream' } ? N : never;
}[RouteName];

/** The routes whose access is decided in a given way. */
export type RouteNameOfAccess<K extends Route['access']['kind']> = {
  [N in RouteName]: Routes[N]['access']['kind'] extends K ? N : never;
}[RouteName];
