/** The web app's files. Paths that are no file get the app, which knows its own pages. */

import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const YEAR_SECONDS = 31_536_000;

export interface WebApp {
  /** Answers a page of the app; false where the request is for none. */
  answerPage(request: FastifyRequest, reply: FastifyReply): boolean;
}

/** Nothing where the folder holds no built app. */
export async function serveWebApp(
  server: FastifyInstance,
  webRoot: string | undefined,
): Promise<WebApp | undefined> {
  if (webRoot === undefined || !existsSync(join(webRoot, 'index.html'))) return undefined;
  await server.register(fastifyStatic, {
    root: webRoot,
    wildcard: true,
    dotfiles: 'ignore',
    cacheControl: false,
    setHeaders: (response, path) => {
      // The bundler names assets by their content.
      const isNamedByContent = path.includes(`${sep}assets${sep}`);
      const value = isNamedByContent ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache';
      response.setHeader('cache-control', value);
    },
  });
  return {
    answerPage(request, reply) {
      if (!isPage(request)) return false;
      void reply.sendFile('index.html');
      return true;
    },
  };
}

function isPage({ method, url, headers }: FastifyRequest): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  const [path = ''] = url.split('?');
  if (path === '/api' || path.startsWith('/api/')) return false;
  const lastPart = path.slice(path.lastIndexOf('/') + 1);
  return !lastPart.includes('.') && (headers.accept ?? '').includes('text/html');
}
