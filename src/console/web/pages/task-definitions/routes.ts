import type { RouteObject } from 'react-router';

export const taskDefinitionRoutes: RouteObject[] = [
  { path: 'task-definitions', lazy: () => import('./list.tsx') },
  // No family begins with a tilde.
  { path: 'task-definitions/~register', lazy: () => import('./register.tsx') },
  { path: 'task-definitions/:family', lazy: () => import('./family.tsx') },
  { path: 'task-definitions/:family/:revision', lazy: () => import('./details.tsx') },
];
