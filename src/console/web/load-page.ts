import type { RouteObject } from 'react-router';

const ATTEMPTS = 4;
const PAUSE_MS = 300;

/**
 * The same route, whose page is asked for again when a file of it did not come: a browser cuts its requests when Docker
 * adds a network interface (ERR_NETWORK_CHANGED), which here is whenever a task starts.
 */
export function loadedWithPatience(route: RouteObject): RouteObject {
  const { lazy } = route;
  if (typeof lazy !== 'function') return route;
  const load: typeof lazy = async () => {
    for (let attempt = 1; attempt < ATTEMPTS; attempt++) {
      try {
        return await lazy();
      } catch {
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * attempt));
      }
    }
    return lazy();
  };
  return { ...route, lazy: load };
}
