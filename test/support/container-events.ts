import type Docker from 'dockerode';

type EngineEvent = { Action: string; timeNano: number; Actor: { Attributes: Record<string, string> } };

export type ContainerEvents = {
  /** What happened to the containers of a task so far: `start app`, `healthy app`, `die app 0`. */
  of(taskArn: string): string[];
  close(): void;
};

/** Records what the engine tells of tasks' containers from now on. It keeps the last 256 events of all programs only. */
export async function recordContainerEvents(docker: Docker): Promise<ContainerEvents> {
  const stream = await docker.getEvents({
    filters: {
      type: ['container'],
      event: ['start', 'die', 'health_status'],
      label: ['com.amazonaws.ecs.task-arn'],
    },
  });
  const events: EngineEvent[] = [];
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') events.push(JSON.parse(line) as EngineEvent);
  });
  return {
    of: (taskArn) =>
      events
        .filter(({ Actor: actor }) => actor.Attributes['com.amazonaws.ecs.task-arn'] === taskArn)
        .sort((a, b) => a.timeNano - b.timeNano)
        .map(printEvent),
    close: () => {
      (stream as NodeJS.ReadableStream & { destroy(): void }).destroy();
    },
  };
}

function printEvent({ Action: action, Actor: { Attributes: attributes } }: EngineEvent): string {
  const name = attributes['com.amazonaws.ecs.container-name'] ?? '';
  if (action === 'die') return `die ${name} ${attributes['exitCode'] ?? ''}`;
  return `${action.replace('health_status: ', '')} ${name}`;
}
