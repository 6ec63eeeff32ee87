import { METHODS } from 'node:http';
import type { ServerBuild } from '@remix-run/node';
import type { Express } from 'express';

/** Something of the running web process that can be asked for. */
export interface Door {
  /** `METHOD /path`, the name under which its entry is looked for. */
  readonly name: string;
  /** Where it comes from, for a message. */
  readonly where: string;
}

type ServedRoute = NonNullable<ServerBuild['routes'][string]>;

/**
 * Every address of the pages and the JSON API, from the routes that run: a loader is `GET`, an action `POST`, or what
 * an endpoint of the API itself says it offers (`allowOf`: its answer to `OPTIONS`). A frame around pages that has a
 * loader of its own is `FRAME <id>`.
 */
export async function doorsOfPages(
  build: ServerBuild,
  allowOf: (path: string) => Promise<readonly string[]>,
): Promise<Door[]> {
  const doors: Door[] = [];
  for (const route of Object.values(build.routes)) {
    if (route === undefined) continue;
    const where = `the route ${route.id}`;
    const path = pathOf(build, route);
    const isFrame = route.path === undefined && route.index !== true;
    const { loader, action } = route.module;
    if (isFrame) {
      if (loader !== undefined) doors.push({ name: `FRAME ${route.id}`, where });
      continue;
    }
    const offered = action !== undefined && path.startsWith('/api/') ? await allowOf(exampleOf(path)) : [];
    const methods = offered.length > 0 ? offered : action === undefined ? [] : ['POST'];
    const name = (method: string) => `${method} ${path}`;
    if (loader !== undefined || offered.includes('GET') || isPage(route)) doors.push({ name: name('GET'), where });
    for (const method of methods) if (method !== 'GET') doors.push({ name: name(method), where });
  }
  // An index route and its parent have one address.
  return [...new Map(doors.map((door) => [door.name, door])).values()];
}

const isPage = (route: ServedRoute) => (route.module as { default?: unknown }).default !== undefined;

function pathOf(build: ServerBuild, route: ServedRoute): string {
  const parts: string[] = [];
  for (let at: ServedRoute | undefined = route; at !== undefined; at = build.routes[at.parentId ?? '']) {
    if (at.path !== undefined && at.path !== '') parts.unshift(at.path);
  }
  return `/${parts.join('/')}`;
}

const exampleOf = (path: string) => path.replaceAll(/:\w+\??|\*/gu, 'x');

interface Layer {
  readonly name: string;
  readonly regexp: RegExp & { readonly fast_slash?: boolean; readonly fast_star?: boolean };
  readonly route?: { readonly path: unknown; readonly methods: Readonly<Record<string, boolean>> };
  readonly handle: { readonly stack?: readonly Layer[] };
}

/**
 * Everything Express itself has in its stack, in nested routers too: routes by method and path, and `USE` for what
 * stands before them (`#2` for the second of the same name at the same place).
 */
export function doorsOfExpress(app: Express): Door[] {
  const { _router: router } = app as unknown as { readonly _router: { readonly stack: readonly Layer[] } };
  const names = new Map<string, number>();
  const doors: Door[] = [];
  const add = (name: string, where: string): void => {
    const count = (names.get(name) ?? 0) + 1;
    names.set(name, count);
    doors.push({ name: count === 1 ? name : `${name} #${count}`, where });
  };
  const walk = (stack: readonly Layer[], base: string): void => {
    for (const layer of stack) {
      if (layer.route !== undefined) {
        const { path, methods } = layer.route;
        const named = Object.keys(methods);
        // `app.all` is every method Node knows.
        const method = methods['_all'] === true || named.length > METHODS.length / 2 ? ['all'] : named;
        for (const one of [path].flat()) {
          for (const verb of method) add(`${verb.toUpperCase()} ${join(base, String(one))}`, 'Express');
        }
      } else if (layer.handle.stack !== undefined) walk(layer.handle.stack, join(base, mountOf(layer)));
      else add(`USE ${join(base, mountOf(layer))} ${layer.name.replace(/^<(.*)>$/u, '$1')}`, 'Express');
    }
  };
  walk(router.stack, '/');
  return doors;
}

const join = (base: string, path: string) => `/${`${base}/${path}`.split('/').filter(Boolean).join('/')}`;

/** The path a middleware is mounted at, which Express keeps as a pattern alone. */
function mountOf({ regexp }: Layer): string {
  if (regexp.fast_slash === true || regexp.fast_star === true) return '/';
  const source = /^\^(.*?)\\\/\?\(\?=\\\/\|\$\)$/u.exec(regexp.source)?.[1] ?? regexp.source;
  return source.replaceAll('\\/', '/').replaceAll('\\', '');
}
