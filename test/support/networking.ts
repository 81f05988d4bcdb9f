import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { StopTaskCommand } from '@aws-sdk/client-ecs';
import type { ContainerDefinition, RegisterTaskDefinitionCommandInput, Task } from '@aws-sdk/client-ecs';
import type { ContainerInspectInfo } from 'dockerode';
import { register, runTask, untilStatus, type TestSidecar } from './sidecar.ts';

const run = promisify(execFile);

export const VPC = { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } } };

/** A command that lives until it is told to end, and answers each connection to the port with the text. */
export const serve = (port: number, text: string): string[] => [
  'sh',
  '-c',
  `trap "exit 0" TERM; while :; do echo ${text} | nc -l -p ${port}; done & wait`,
];

export const IDLE = ['sh', '-c', 'trap "exit 0" TERM; sleep 1000 & wait'];

type StartedTask = Task & { readonly taskArn: string };

/** Runs tasks of one sidecar and looks into their containers. */
export function lookInto(sidecar: TestSidecar) {
  const idOf = ({ containers = [] }: Task, name: string): string =>
    containers.find((one) => one.name === name)?.runtimeId ?? '';
  const containersOf = (taskArn: string) =>
    sidecar.docker.listContainers({
      all: true,
      filters: { label: [sidecar.label, `com.amazonaws.ecs.task-arn=${taskArn}`] },
    });
  return {
    containersOf,
    /** Registers, runs and waits until it runs. */
    start: async (
      family: string,
      containers: readonly Partial<ContainerDefinition>[],
      more: Partial<RegisterTaskDefinitionCommandInput> = {},
    ): Promise<StartedTask> => {
      const definition = await register(sidecar, family, containers, more);
      const { taskArn } = await runTask(sidecar, definition, more.networkMode === 'awsvpc' ? VPC : {});
      return { ...(await untilStatus(sidecar, taskArn, 'RUNNING')), taskArn };
    },
    stop: async ({ taskArn }: Pick<StartedTask, 'taskArn'>): Promise<void> => {
      await sidecar.ecs.send(new StopTaskCommand({ task: taskArn }));
      await untilStatus(sidecar, taskArn, 'STOPPED');
    },
    /** What a command in one of its containers prints. */
    inside: async (task: Task, name: string, ...command: string[]): Promise<string> => {
      const { stdout } = await run('docker', ['exec', idOf(task, name), ...command]);
      return stdout.trim();
    },
    inspect: (task: Task, name: string): Promise<ContainerInspectInfo> =>
      sidecar.docker.getContainer(idOf(task, name)).inspect(),
    pauseOf: async (taskArn: string): Promise<ContainerInspectInfo> => {
      const found = (await containersOf(taskArn)).find(
        ({ Labels }) => Labels['com.amazonaws.ecs.container-name'] === '~internal~ecs~pause',
      );
      return sidecar.docker.getContainer(found?.Id ?? '').inspect();
    },
  };
}
