import type { RouteObject } from 'react-router';

export const taskRoutes: RouteObject[] = [
  { path: 'tasks', lazy: () => import('./list.tsx') },
  { path: 'tasks/run', lazy: () => import('./run.tsx') },
  { path: 'tasks/:cluster/:id', lazy: () => import('./details.tsx') },
];
