import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';

/** Statuses of clusters, services, deployments, tasks, containers and instances. Source: ECS API reference. */
const TYPES: Readonly<Record<string, StatusIndicatorProps.Type>> = {
  ACTIVE: 'success',
  PRIMARY: 'success',
  RUNNING: 'success',
  HEALTHY: 'success',
  COMPLETED: 'success',
  STEADY_STATE: 'success',
  SUCCESSFUL: 'success',
  SUCCEEDED: 'success',
  PROVISIONING: 'in-progress',
  PENDING: 'pending',
  ACTIVATING: 'in-progress',
  IN_PROGRESS: 'in-progress',
  STABILIZING: 'in-progress',
  REGISTERING: 'in-progress',
  DEACTIVATING: 'in-progress',
  STOPPING: 'in-progress',
  DEPROVISIONING: 'in-progress',
  DELETE_IN_PROGRESS: 'in-progress',
  DRAINING: 'in-progress',
  ROLLBACK_IN_PROGRESS: 'in-progress',
  FAILED: 'error',
  UNHEALTHY: 'error',
  REGISTRATION_FAILED: 'error',
  ROLLBACK_FAILED: 'error',
  ROLLBACK_SUCCESSFUL: 'warning',
  STOP_REQUESTED: 'warning',
  STOPPED: 'stopped',
  INACTIVE: 'stopped',
  DELETED: 'stopped',
};

/** A status in ECS's own word, with the sign that fits it. */
export function Status({ status }: { readonly status: string | undefined }) {
  if (status === undefined) return '–';
  return <StatusIndicator type={TYPES[status] ?? 'info'}>{status}</StatusIndicator>;
}
