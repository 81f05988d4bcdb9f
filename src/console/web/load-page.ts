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

/**
 * Asks again for style sheets that were cut off in the same way: they are waited for once, with the first attempt at the
 * page that needs them.
 */
export function keepStyles(): void {
  for (const link of document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]'))
    if (isCutOff(link)) askAgain(link);
  // Such events do not bubble.
  window.addEventListener(
    'error',
    ({ target }) => {
      if (target instanceof HTMLLinkElement && target.rel === 'stylesheet') askAgain(target);
    },
    true,
  );
}

/** The rules of a sheet that did not come cannot be read. */
function isCutOff({ sheet }: HTMLLinkElement): boolean {
  try {
    sheet?.cssRules.item(0);
    return false;
  } catch {
    return true;
  }
}

function askAgain(link: HTMLLinkElement): void {
  const attempt = Number(link.dataset['attempt'] ?? '1') + 1;
  if (attempt > ATTEMPTS) return;
  const fresh = document.createElement('link');
  fresh.rel = 'stylesheet';
  fresh.href = link.href;
  fresh.dataset['attempt'] = String(attempt);
  setTimeout(() => {
    link.replaceWith(fresh);
  }, PAUSE_MS * attempt);
}
