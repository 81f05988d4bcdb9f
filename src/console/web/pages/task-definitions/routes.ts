import type { RouteObject } from 'react-router';

export const taskDefinitionRoutes: RouteObject[] = [
  { path: 'task-definitions', lazy: () => import('./list.tsx') },
];
