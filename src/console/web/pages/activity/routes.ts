import type { RouteObject } from 'react-router';

export const activityRoutes: RouteObject[] = [{ path: 'activity', lazy: () => import('./list.tsx') }];
