import type { RouteObject } from 'react-router';

export const serviceRoutes: RouteObject[] = [{ path: 'services', lazy: () => import('./list.tsx') }];
