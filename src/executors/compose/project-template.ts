import { readFileSync } from 'node:fs';
import type { ComposeSpecification } from 'docker-compose';
import { parse } from 'yaml';

type Service = NonNullable<ComposeSpecification['services']>[string];

/** What every container and the pause container start from; the file lies beside `src` and beside `dist` alike. */
export const { container: CONTAINER_TEMPLATE, 'ecs.pause': PAUSE_TEMPLATE } = (
  parse(readFileSync(new URL('../../../templates/project.yaml', import.meta.url), 'utf8')) as {
    services: { container: Service; 'ecs.pause': Service };
  }
).services;
