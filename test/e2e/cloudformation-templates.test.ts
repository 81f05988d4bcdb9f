import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackResourcesCommand,
  type Parameter,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import t from 'tap';
import { parseTemplate } from '../../src/apis/cloudformation/template/parse.ts';
import { until } from '../support/poll.ts';
import { credentials, startSidecar, type TestSidecar } from '../support/sidecar.ts';
import { cloudFormation, eventsOf, untilSettled } from '../support/stacks.ts';
import {
  exportsFor,
  parametersFor,
  type Surroundings,
  SURROUNDINGS,
  templateWithStandIns,
} from '../support/templates-of-others.ts';

/** A folder of templates that others wrote, `*.template.json` or `*.template.yaml`; they are no part of the project. */
const FOLDER = process.env['ECSIDECAR_TEMPLATES'];
/** A local image with Node, which FireLens routers are stood in for by. */
const ROUTER_IMAGE = process.env['ECSIDECAR_TEST_NODE_IMAGE'];

/** The largest of them have a hundred resources and four services. */
const SETTLED_MS = 400_000;

const AROUND = 'surroundings';
const EXPORTS = 'exports';

const Capabilities = ['CAPABILITY_NAMED_IAM' as const, 'CAPABILITY_AUTO_EXPAND' as const];

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
      const problem = await deployAndDelete(sidecar, client, {
        name: `templates-${index}`,
        text: readFileSync(join(FOLDER ?? '.', file), 'utf8'),
      }).catch((error: unknown) => String(error));
      // A line for people, whatever reporter shows the test.
      process.stderr.write(
        `${problem === undefined ? 'ok' : 'FAILED'} ${file}${problem === undefined ? '' : `\n${problem}`}\n`,
      );
      t.equal(problem, undefined, file);
    }
  },
);

/** What templates take for granted: a cluster, a namespace, a secret. */
async function makeSurroundings(client: CloudFormationClient): Promise<Surroundings> {
  await client.send(new CreateStackCommand({ StackName: AROUND, TemplateBody: SURROUNDINGS }));
  const { Outputs = [] } = await untilSettled(client, AROUND, SETTLED_MS);
  const valueOf = (key: string): string =>
    Outputs.find(({ OutputKey }) => OutputKey === key)?.OutputValue ?? '';
  return {
    cluster: valueOf('cluster'),
    namespace: valueOf('namespace'),
    provider: valueOf('provider'),
    secret: valueOf('secret'),
    taskDefinition: valueOf('taskDefinition'),
  };
}

/** Makes a stack, looks at its services, updates it with itself, and deletes it. Returns what was not as it ought to be. */
async function deployAndDelete(
  sidecar: TestSidecar,
  client: CloudFormationClient,
  { name, text }: { readonly name: string; readonly text: string },
): Promise<string | undefined> {
  const body = templateWithStandIns(text, ROUTER_IMAGE);
  const there = await makeSurroundings(client);
  try {
    const Parameters = parametersFor(parseTemplate(body), there);
    const exported = await exportsFor(body, Parameters, there);
    if (exported !== undefined) {
      await client.send(new CreateStackCommand({ StackName: EXPORTS, TemplateBody: exported }));
      await untilSettled(client, EXPORTS, SETTLED_MS);
    }
    const stack = { StackName: name, Parameters, ...(await source(sidecar, body)) };
    return await journey(sidecar, client, stack);
  } finally {
    for (const StackName of [EXPORTS, AROUND]) {
      await client.send(new DeleteStackCommand({ StackName }));
      await untilSettled(client, StackName, SETTLED_MS).catch(() => undefined);
    }
  }
}

type Source = { readonly TemplateBody: string } | { readonly TemplateURL: string };

/** Source: CloudFormation API reference: a longer template is read from S3. */
const LONGEST_BODY = 51_200;

async function source({ url }: TestSidecar, body: string): Promise<Source> {
  if (Buffer.byteLength(body) <= LONGEST_BODY) return { TemplateBody: body };
  const client = new S3Client({ endpoint: url, region: 'us-east-1', credentials, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: 'templates' }));
  await client.send(new PutObjectCommand({ Bucket: 'templates', Key: 'template', Body: body }));
  client.destroy();
  return { TemplateURL: `${url}/templates/template` };
}

async function journey(
  sidecar: TestSidecar,
  client: CloudFormationClient,
  stack: Source & { readonly StackName: string; readonly Parameters: Parameter[] },
): Promise<string | undefined> {
  const { StackName } = stack;
  const input = { ...stack, Capabilities };
  const { StackId = '' } = await client.send(new CreateStackCommand(input));
  const problems: string[] = [];
  const { StackStatus: created } = await untilSettled(client, StackName, SETTLED_MS).catch(
    (error: unknown) => ({ StackStatus: String(error) }),
  );
  if (created === 'CREATE_COMPLETE') {
    problems.push(...(await servicesThatDoNotRun(sidecar, client, StackName)));
    const updated = await client.send(new UpdateStackCommand(input)).then(
      () => 'the same template again is an update',
      (error: unknown) => (String(error).includes('No updates are to be performed.') ? '' : String(error)),
    );
    if (updated !== '') {
      await untilSettled(client, StackName, SETTLED_MS);
      problems.push(updated);
    }
  } else problems.push(`${created ?? ''}\n${(await eventsOf(client, StackName)).join('\n')}`);
  await client.send(new DeleteStackCommand({ StackName }));
  const { StackStatus: deleted } = await untilSettled(client, StackId, SETTLED_MS);
  if (deleted !== 'DELETE_COMPLETE')
    problems.push(`${deleted ?? ''}\n${(await eventsOf(client, StackId)).join('\n')}`);
  const left = await sidecar.docker.listContainers({ all: true, filters: { label: [sidecar.label] } });
  if (left.length > 0) problems.push(`containers are left: ${left.map(({ Names }) => Names.join()).join()}`);
  return problems.length === 0 ? undefined : problems.join('\n');
}

async function servicesThatDoNotRun(
  sidecar: TestSidecar,
  client: CloudFormationClient,
  StackName: string,
): Promise<string[]> {
  const { StackResources = [] } = await client.send(new DescribeStackResourcesCommand({ StackName }));
  const problems: string[] = [];
  for (const { ResourceType, PhysicalResourceId: arn = '' } of StackResources) {
    if (ResourceType !== 'AWS::ECS::Service') continue;
    let found = '';
    // A scalable target that came after its service may have raised its count.
    const isRunning = await until(`${arn} runs`, async () => {
      const { services: [service] = [] } = await sidecar.ecs.send(
        new DescribeServicesCommand({ cluster: arn.split('/')[1], services: [arn] }),
      );
      const { runningCount, desiredCount, pendingCount, deploymentController } = service ?? {};
      found = `${runningCount} of ${desiredCount} run, ${pendingCount} are pending`;
      // Its task sets run tasks, and they need not be of this stack.
      if (deploymentController?.type === 'EXTERNAL') return true;
      return (runningCount === desiredCount && pendingCount === 0) || undefined;
    }).catch(() => false);
    if (!isRunning) problems.push(`${arn}: ${found}`);
  }
  return problems;
}
