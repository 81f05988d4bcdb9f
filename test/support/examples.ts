import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RegisterTaskDefinitionCommand, type RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import type { Test } from 'tap';
import type { TestSidecar } from './sidecar.ts';

/** Brought by `npm test`; absent where no registry answers and no image can be made. */
export const NODE_IMAGE = process.env['ECSIDECAR_TEST_NODE_IMAGE'];
/** The same with debugpy. */
export const PYTHON_IMAGE = process.env['ECSIDECAR_TEST_PYTHON_IMAGE'];

/** Copies an example, whose code the test changes, and registers its task definition with another image. */
export async function registerExample(
  t: Test,
  sidecar: TestSidecar,
  name: string,
  image: string | undefined,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-example-'));
  t.teardown(() => rm(folder, { recursive: true }));
  await cp(`examples/${name}`, folder, { recursive: true });
  const text = await readFile(join(folder, 'task_definition.json'), 'utf8');
  const definition = JSON.parse(
    text.replace('/replace/with/the/path/of/app', join(folder, 'app')),
  ) as RegisterTaskDefinitionCommandInput;
  const containerDefinitions = definition.containerDefinitions?.map((one) => ({ ...one, image }));
  await sidecar.ecs.send(new RegisterTaskDefinitionCommand({ ...definition, containerDefinitions }));
  return folder;
}
