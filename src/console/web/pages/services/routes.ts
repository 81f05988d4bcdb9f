import type { RouteObject } from 'react-router';

export const serviceRoutes: RouteObject[] = [
  { path: 'services', lazy: () => import('./list.tsx') },
  { path: 'services/create', lazy: () => import('./create.tsx') },
  { path: 'services/:cluster/:service', lazy: () => import('./details.tsx') },
  { path: 'services/:cluster/:service/update', lazy: () => import('./update.tsx') },
];
