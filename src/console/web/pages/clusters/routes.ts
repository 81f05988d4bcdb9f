import type { RouteObject } from 'react-router';

export const clusterRoutes: RouteObject[] = [
  { path: 'clusters', lazy: () => import('./list.tsx') },
  { path: 'clusters/create', lazy: () => import('./create.tsx') },
  { path: 'clusters/:cluster', lazy: () => import('./details.tsx') },
  { path: 'clusters/:cluster/edit', lazy: () => import('./edit.tsx') },
];
