import type { RouteObject } from 'react-router';

export const logRoutes: RouteObject[] = [{ path: 'logs', lazy: () => import('./list.tsx') }];
