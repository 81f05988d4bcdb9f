import type { ConsolePorts } from '../../model/console-ports.ts';
import { streamChanges } from './stream-changes.ts';
import type { Handle } from './routes.ts';
import { createSchemaFiles } from './schema-files.ts';

export type Handlers = Readonly<Record<'changes' | 'info' | 'doctor' | 'schema', Handle>>;

export function createHandlers(ports: ConsolePorts): Handlers {
  const schemaFile = createSchemaFiles();
  return {
    changes(request, reply, signal) {
      reply.hijack();
      streamChanges(request.raw, reply.raw, ports.changes, signal);
      return reply;
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
  };
}
