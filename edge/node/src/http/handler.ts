/** What a handler is given and may answer, by the name of its route. */

import type {
  RouteBody,
  RouteName,
  RouteParams,
  RouteQuery,
  RouteRefusal,
  RouteResponse,
  routes,
  StreamRouteName,
} from '@commonwatt/api';
import type { EventSource } from './event-streams.ts';
import type { Requester } from './policy.ts';
import type { Refused } from './refused.ts';

type RequesterOf<N extends RouteName> = (typeof routes)[N]['access'] extends {
  readonly kind: 'public';
}
  ? undefined
  : Requester;

export interface Call<N extends RouteName> {
  readonly params: RouteParams<N>;
  readonly query: RouteQuery<N>;
  readonly body: RouteBody<N>;
  /** Who the policy let in. */
  readonly requester: RequesterOf<N>;
  /** Where it came from, for what counts against the connection. */
  readonly address: string;
}

/** A body with another status than 200. */
export class WithStatus<B> {
  readonly status: number;
  readonly body: B;
  constructor(status: number, body: B) {
    this.status = status;
    this.body = body;
  }
}

type Success<N extends RouteName> = N extends StreamRouteName
  ? EventSource
  : RouteResponse<N> | WithStatus<RouteResponse<N>>;
export type Answer<N extends RouteName> = Success<N> | Refused<RouteRefusal<N>>;
export type Handler<N extends RouteName> = (call: Call<N>) => Answer<N> | Promise<Answer<N>>;
/** One handler for every route: a missing one does not compile. */
export type Handlers = { readonly [N in RouteName]: Handler<N> };
