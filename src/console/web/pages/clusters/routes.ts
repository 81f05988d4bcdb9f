import type { RouteObject } from 'react-router';

export const clusterRoutes: RouteObject[] = [{ path: 'clusters', lazy: () => import('./list.tsx') }];
