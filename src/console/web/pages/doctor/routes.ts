import type { RouteObject } from 'react-router';

export const doctorRoutes: RouteObject[] = [{ path: 'doctor', lazy: () => import('./list.tsx') }];
