import type { JsonMap } from '../../../model/stack.ts';
import { generatedName, textOf, type ResourceContext, type ResourceHandler } from './handler.ts';

/** Source: SSM API reference, DeleteParameters. */
const MAX_NAMES = 10;

const mapIn = (properties: JsonMap | undefined, ...path: readonly string[]): JsonMap =>
  path.reduce((map, name) => (map[name] ?? {}) as JsonMap, properties ?? {});

/** Those of some names that others do not have. */
const without = (names: JsonMap, others: JsonMap): string[] =>
  Object.keys(names).filter((name) => !Object.hasOwn(others, name));

async function remove({ callIn, properties }: ResourceContext, names: readonly string[]): Promise<void> {
  const call = callIn(textOf(mapIn(properties, 'WriterProps'), 'region') ?? '');
  for (let at = 0; at < names.length; at += MAX_NAMES)
    await call('ssm', 'DeleteParameters', { Names: names.slice(at, at + MAX_NAMES) });
}

/** `Custom::CrossRegionExportWriter` of the CDK: the stack's values as parameters of the region where they are needed. */
export const crossRegionWriter: ResourceHandler = {
  createOnly: [],
  nameOf: (context) => generatedName(context),
  create: write,
  update: write,
  async remove(context) {
    await remove(context, Object.keys(mapIn(context.properties, 'WriterProps', 'exports')));
    return 'done';
  },
};

async function write(context: ResourceContext): ReturnType<ResourceHandler['create']> {
  const { properties, before, callIn, physicalId = '' } = context;
  const wanted = mapIn(properties, 'WriterProps', 'exports');
  const call = callIn(textOf(mapIn(properties, 'WriterProps'), 'region') ?? '');
  for (const [Name, Value] of Object.entries(wanted))
    await call('ssm', 'PutParameter', { Name, Value, Type: 'String', Overwrite: true });
  await remove(context, without(mapIn(before, 'WriterProps', 'exports'), wanted));
  return { kind: 'done', physicalId };
}

/** `Custom::CrossRegionExportReader` of the CDK: marks the parameters that a stack needs, and has their values as attributes. */
export const crossRegionReader: ResourceHandler = {
  createOnly: [],
  nameOf: (context) => generatedName(context),
  create: read,
  update: read,
  async remove(context) {
    await release(context, Object.keys(mapIn(context.properties, 'ReaderProps', 'imports')));
    return 'done';
  },
};

const tagOf = ({ properties }: ResourceContext): string =>
  `aws-cdk:strong-ref:${textOf(mapIn(properties, 'ReaderProps'), 'prefix') ?? ''}`;

async function release(context: ResourceContext, names: readonly string[]): Promise<void> {
  for (const ResourceId of names)
    await context
      .call('ssm', 'RemoveTagsFromResource', {
        ResourceType: 'Parameter',
        ResourceId,
        TagKeys: [tagOf(context)],
      })
      .catch((error: unknown) => {
        if (!(error instanceof Error && error.name === 'InvalidResourceId')) throw error;
      });
}

async function read(context: ResourceContext): ReturnType<ResourceHandler['create']> {
  const { properties, before, call, physicalId = '' } = context;
  const imports = mapIn(properties, 'ReaderProps', 'imports');
  for (const ResourceId of Object.keys(imports))
    await call('ssm', 'AddTagsToResource', {
      ResourceType: 'Parameter',
      ResourceId,
      Tags: [{ Key: tagOf(context), Value: 'true' }],
    });
  await release(context, without(mapIn(before, 'ReaderProps', 'imports'), imports));
  return { kind: 'done', physicalId, attributes: imports };
}
