import {
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeServicesCommand,
  type Service,
} from '@aws-sdk/client-ecs';
import { until } from './poll.ts';
import type { TestSidecar } from './sidecar.ts';

export async function describeService({ ecs }: TestSidecar, serviceName: string): Promise<Service> {
  const { services } = await ecs.send(new DescribeServicesCommand({ services: [serviceName] }));
  const service = services?.[0];
  if (!service) throw new Error(`${serviceName} is not there`);
  return service;
}

/** Stricter than the SDK's own waiters, which do not ask whether the tasks are healthy, and oftener. */
export const untilStable = (
  sidecar: TestSidecar,
  serviceName: string,
  deadlineMs?: number,
): Promise<Service> =>
  until(
    `${serviceName} is stable`,
    async () => {
      const service = await describeService(sidecar, serviceName);
      const [deployment, ...older] = service.deployments ?? [];
      const isWhole = service.runningCount === service.desiredCount;
      return older.length === 0 && deployment?.rolloutState === 'COMPLETED' && isWhole && service;
    },
    deadlineMs,
  );

export const createService = (
  { ecs }: TestSidecar,
  serviceName: string,
  taskDefinition: string,
  more: object = {},
): Promise<unknown> =>
  ecs.send(new CreateServiceCommand({ serviceName, taskDefinition, desiredCount: 1, ...more }));

export async function deleteService(sidecar: TestSidecar, service: string): Promise<void> {
  await sidecar.ecs.send(new DeleteServiceCommand({ service, force: true }));
  await until(
    `${service} is INACTIVE`,
    async () => (await describeService(sidecar, service)).status === 'INACTIVE',
  );
}
