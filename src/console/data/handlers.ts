import type { FastifyRequest } from 'fastify';
import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { TaskArn } from '../../model/arn.ts';
import { AwsError, ClientException } from '../../model/aws-error.ts';
import type { ConsolePorts } from '../../model/console-ports.ts';
import { effectiveDefinition } from '../../model/effective-definition.ts';
import { ExecutorError } from '../../model/ports.ts';
import type { Task } from '../../model/task.ts';
import { readJson } from './read-json.ts';
import type { Handle } from './routes.ts';
import { createSchemaFiles } from './schema-files.ts';
import { streamChanges } from './stream-changes.ts';
import { streamUsage } from './stream-usage.ts';
import { taskDetails } from './task-details.ts';

export type Handlers = Readonly<
  Record<'changes' | 'info' | 'doctor' | 'schema' | 'preview' | 'compose' | 'details' | 'stats', Handle>
>;

export function createHandlers(ports: ConsolePorts): Handlers {
  const schemaFile = createSchemaFiles();

  /** The task that a request names. Whatever else is read of it is found by what the store says, never by the name. */
  const taskOf = ({ params }: FastifyRequest): Task => {
    const task = ports.tasks.get((params as { readonly arn: string }).arn as TaskArn);
    if (task) return task;
    throw new AwsError('ResourceNotFoundException', 'The referenced task was not found.', { status: 404 });
  };

  return {
    changes(request, reply, signal) {
      reply.hijack();
      streamChanges(request.raw, reply.raw, ports.changes, signal);
    },
    info: () => ports.info(),
    async doctor() {
      const findings = await ports.examine();
      return { ok: findings.every(({ ok }) => ok), findings };
    },
    async schema({ params }, reply) {
      const text = await schemaFile((params as { readonly file: string }).file);
      return reply.type('application/json').send(text);
    },
    async preview(request) {
      const input = await readJson(request.raw);
      try {
        return await ports.preview(input as RegisterTaskDefinitionRequest);
      } catch (error) {
        // Of what no container can be made from, AWS tells once the task has stopped.
        if (error instanceof ExecutorError) throw new ClientException(error.message);
        throw error;
      }
    },
    async compose(request) {
      const task = taskOf(request);
      const project = await ports.project(task);
      if (project) return project;
      const text =
        task.lastStatus === 'STOPPED'
          ? 'The task has stopped, and there is no Compose file of it (any more).'
          : 'The Compose file is written when the first container is created. The task is not that far yet.';
      throw new AwsError('ConflictException', text, { status: 409 });
    },
    async details(request) {
      const task = taskOf(request);
      const registered = ports.taskDefinitions.getByArn(task.taskDefinitionArn)?.definition ?? {};
      const definition = effectiveDefinition(registered, task.overrides);
      const facts = await ports.containers(task);
      return taskDetails({
        task,
        definition,
        facts,
        reloads: ports.reloads(task),
        watched: ports.watched(task, definition),
      });
    },
    stats(request, reply, signal) {
      const { arn } = taskOf(request);
      reply.hijack();
      void streamUsage(reply.raw, ports.usage(arn, signal), signal);
    },
  };
}
