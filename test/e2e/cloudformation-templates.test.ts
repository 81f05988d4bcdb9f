import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackResourcesCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import t from 'tap';
import { parse } from 'yaml';
import { IDLE } from '../support/networking.ts';
import { IMAGE, startSidecar } from '../support/sidecar.ts';
import { cloudFormation, eventsOf, untilSettled } from '../support/stacks.ts';

/** A folder of templates that others wrote, `*.template.json` or `*.template.yaml`; they are no part of the project. */
const FOLDER = process.env['ECSIDECAR_TEMPLATES'];

type Resource = {
  readonly Type: string;
  readonly Properties?: {
    readonly ContainerDefinitions?: readonly object[];
    readonly RuntimePlatform?: object;
  };
};

/** The same template with stand-ins for its images, which idle, and for this machine's architecture. */
function withStandIns(text: string): string {
  const template = parse(text) as { readonly Resources: Readonly<Record<string, Resource>> };
  const resources = Object.entries(template.Resources).map(([id, resource]): [string, object] => {
    if (resource.Type !== 'AWS::ECS::TaskDefinition') return [id, resource];
    const {
      RuntimePlatform: _platform,
      ContainerDefinitions: containers = [],
      ...rest
    } = resource.Properties ?? {};
    return [
      id,
      {
        ...resource,
        Properties: {
          ...rest,
          ContainerDefinitions: containers.map((container) => ({
            ...container,
            Image: IMAGE,
            EntryPoint: [],
            Command: IDLE,
          })),
        },
      },
    ];
  });
  return JSON.stringify({ ...template, Resources: Object.fromEntries(resources) });
}

t.test(
  'templates of others become stacks, their services run, and nothing of them is left after their deletion',
  { skip: FOLDER === undefined && 'ECSIDECAR_TEMPLATES names no folder of templates' },
  async (t) => {
    const sidecar = await startSidecar();
    t.teardown(() => sidecar.remove());
    const client = cloudFormation(sidecar);
    t.teardown(() => {
      client.destroy();
    });
    const files = readdirSync(FOLDER ?? '.').filter((name) => /\.template\.(?:json|ya?ml)$/.test(name));
    for (const [index, file] of files.entries()) {
      const StackName = `templates-${index}`;
      const TemplateBody = withStandIns(readFileSync(join(FOLDER ?? '.', file), 'utf8'));
      await client.send(
        new CreateStackCommand({ StackName, TemplateBody, Capabilities: ['CAPABILITY_NAMED_IAM'] }),
      );
      const stack = await untilSettled(client, StackName);
      t.equal(
        stack.StackStatus,
        'CREATE_COMPLETE',
        `${file}\n${(await eventsOf(client, StackName)).join('\n')}`,
      );
      const { StackResources = [] } = await client.send(new DescribeStackResourcesCommand({ StackName }));
      for (const { ResourceType, PhysicalResourceId: arn = '' } of StackResources) {
        if (ResourceType !== 'AWS::ECS::Service') continue;
        const { services: [service] = [] } = await sidecar.ecs.send(
          new DescribeServicesCommand({ cluster: arn.split('/')[1], services: [arn] }),
        );
        t.match(service, { runningCount: service?.desiredCount ?? -1, pendingCount: 0 }, `${file}: ${arn}`);
      }
      await t.rejects(
        client.send(
          new UpdateStackCommand({ StackName, TemplateBody, Capabilities: ['CAPABILITY_NAMED_IAM'] }),
        ),
        { name: 'ValidationError', message: 'No updates are to be performed.' },
        file,
      );
      await client.send(new DeleteStackCommand({ StackName }));
      const gone = await untilSettled(client, stack.StackId ?? '');
      t.equal(gone.StackStatus, 'DELETE_COMPLETE', file);
      t.same(
        await sidecar.docker.listContainers({ all: true, filters: { label: [sidecar.label] } }),
        [],
        file,
      );
    }
  },
);
