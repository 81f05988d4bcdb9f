import { Navigate, type RouteObject } from 'react-router';
import { Shell } from './layout/shell.tsx';
import { activityRoutes } from './pages/activity/routes.ts';
import { clusterRoutes } from './pages/clusters/routes.ts';
import { doctorRoutes } from './pages/doctor/routes.ts';
import { logRoutes } from './pages/logs/routes.ts';
import { serviceRoutes } from './pages/services/routes.ts';
import { taskDefinitionRoutes } from './pages/task-definitions/routes.ts';
import { taskRoutes } from './pages/tasks/routes.ts';
import { NotFound } from './shared/not-found.tsx';
import { PageError } from './shared/page-error.tsx';
import { loadedWithPatience } from './load-page.ts';
import { Loading } from './shared/states.tsx';

/** Every page has an address of its own; each area declares its own pages. */
export const routes: RouteObject[] = [
  {
    path: '/',
    element: <Shell />,
    HydrateFallback: Loading,
    children: [
      {
        errorElement: <PageError />,
        children: [
          { index: true, element: <Navigate to="/clusters" replace /> },
          ...[
            clusterRoutes,
            taskDefinitionRoutes,
            serviceRoutes,
            taskRoutes,
            logRoutes,
            activityRoutes,
            doctorRoutes,
          ]
            .flat()
            .map(loadedWithPatience),
          { path: '*', element: <NotFound /> },
        ],
      },
    ],
  },
];
