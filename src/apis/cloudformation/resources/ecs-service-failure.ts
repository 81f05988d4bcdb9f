import type { ContainerDefinition, Task } from '@aws-sdk/client-ecs';
import type { ResourceContext } from './handler.ts';

/** So many of a container's last lines are told. */
const TOLD_LINES = 5;

type Named = { readonly cluster: string; readonly name: string };

/**
 * Why the last task of a service that does not start stopped: its reason, exit codes, and the last lines of what it has
 * logged. CloudFormation itself says nothing of it; the rollback deletes the log group before anyone can look. Undefined
 * when nothing is known. The wording is ours.
 */
export async function describeFailure(
  { call }: Pick<ResourceContext, 'call'>,
  { cluster, name }: Named,
): Promise<string | undefined> {
  try {
    const { taskArns = [] } = (await call('ecs', 'ListTasks', {
      cluster,
      serviceName: name,
      desiredStatus: 'STOPPED',
    })) as { readonly taskArns?: readonly string[] };
    if (taskArns.length === 0) return undefined;
    const { tasks = [] } = (await call('ecs', 'DescribeTasks', {
      cluster,
      tasks: taskArns.slice(0, 100),
    })) as {
      readonly tasks?: readonly Task[];
    };
    const task = [...tasks].sort((a, b) => stoppedMs(b) - stoppedMs(a))[0];
    return task && (await describeTask(call, task));
  } catch {
    // It is told that the service failed; why is more than AWS tells.
    return undefined;
  }
}

const stoppedMs = ({ stoppedAt }: Task): number => stoppedAt?.getTime() ?? 0;

async function describeTask(call: ResourceContext['call'], task: Task): Promise<string> {
  const { taskDefinition } = (await call('ecs', 'DescribeTaskDefinition', {
    taskDefinition: task.taskDefinitionArn,
  })) as { readonly taskDefinition?: { readonly containerDefinitions?: readonly ContainerDefinition[] } };
  const parts = [`Task stopped: ${task.stoppedReason ?? 'no reason is known'}.`];
  for (const { name = '', exitCode, reason } of task.containers ?? []) {
    const definition = taskDefinition?.containerDefinitions?.find((one) => one.name === name);
    const lines = definition ? await lastLines(call, task, definition) : [];
    if (exitCode !== undefined) parts.push(`Container ${name} exited with code ${exitCode}.`);
    if (reason !== undefined) parts.push(`Container ${name}: ${reason}.`);
    if (lines.length > 0) parts.push(`Its last lines: ${lines.join(' | ')}`);
  }
  return parts.join(' ');
}

async function lastLines(
  call: ResourceContext['call'],
  { taskArn = '' }: Task,
  { name = '', logConfiguration }: ContainerDefinition,
): Promise<string[]> {
  const { 'awslogs-group': logGroupName, 'awslogs-stream-prefix': prefix } = logConfiguration?.options ?? {};
  if (logConfiguration?.logDriver !== 'awslogs' || logGroupName === undefined || prefix === undefined)
    return [];
  const logStreamName = `${prefix}/${name}/${taskArn.split('/').at(-1) ?? ''}`;
  const answer = (await call('logs', 'GetLogEvents', {
    logGroupName,
    logStreamName,
    limit: TOLD_LINES,
  }).catch(() => ({}))) as { readonly events?: readonly { readonly message?: string }[] };
  return (answer.events ?? []).map(({ message = '' }) => message.slice(0, 300));
}
