import type { RouteObject } from 'react-router';

export const logRoutes: RouteObject[] = [
  { path: 'logs', lazy: () => import('./groups.tsx') },
  { path: 'logs/:group', lazy: () => import('./streams.tsx') },
  { path: 'logs/:group/events', lazy: () => import('./events.tsx') },
];
