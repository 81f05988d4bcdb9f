import type { RouteObject } from 'react-router';

export const taskRoutes: RouteObject[] = [{ path: 'tasks', lazy: () => import('./list.tsx') }];
