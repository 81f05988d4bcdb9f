import {
  CreateClusterCommand,
  CreateServiceCommand,
  CreateTaskSetCommand,
  DescribeServicesCommand,
  UpdateServiceCommand,
  type Service,
} from '@aws-sdk/client-ecs';
import t from 'tap';
import type { Page } from 'playwright-core';
import { atPath, axeFindings, goTo, startBrowser, testPages } from '../../support/browser.ts';
import { python } from '../../support/clients.ts';
import { until } from '../../support/poll.ts';
import { register, startSidecar } from '../../support/sidecar.ts';

const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());
const browser = await startBrowser(sidecar);
t.teardown(() => browser.close());

const cluster = 'main';
const command = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'];
await sidecar.ecs.send(new CreateClusterCommand({ clusterName: cluster, capacityProviders: ['FARGATE'] }));
await register(sidecar, 'web', [{ command }]);
// Its tasks are no good before somebody says so.
await register(sidecar, 'web', [
  {
    command,
    healthCheck: { command: ['CMD-SHELL', 'test -e /tmp/good'], interval: 5, retries: 10, startPeriod: 300 },
  },
]);

const describe = async (name: string): Promise<Service | undefined> => {
  const { services } = await sidecar.ecs.send(
    new DescribeServicesCommand({ cluster, services: [name], include: ['TAGS'] }),
  );
  return services?.[0];
};
const inMain = (page: Page) => page.getByRole('main');

const choose = async (page: Page, field: RegExp, option: string): Promise<void> => {
  await page.locator('form').getByRole('button', { name: field }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
};
const act = async (page: Page, item: string | RegExp): Promise<void> => {
  await page.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: item }).click();
};

/** Says of the tasks of web:2 that they are good. */
async function letGood(): Promise<void> {
  const containers = await sidecar.docker.listContainers({ filters: { label: [sidecar.label] } });
  for (const { Id } of containers) {
    const exec = await sidecar.docker.getContainer(Id).exec({ Cmd: ['touch', '/tmp/good'] });
    // Its connection stays open for as long as nobody reads it.
    (await exec.start({ Detach: true })).destroy();
  }
}

t.test(
  'a service made in the page is seen by boto3, and the page sees its tasks come',
  browser.watched(async (t) => {
    const page = await browser.open('/services');
    await page.getByText('No services').waitFor();
    await page.getByRole('button', { name: 'Create service' }).click();
    await page.getByLabel('Service name').fill('by-page');
    await choose(page, /^Cluster/, cluster);
    await choose(page, /^Task definition/, 'web:1');
    await page.getByLabel('Desired number of tasks').fill('2');
    await choose(page, /^Launch type/, 'EC2');
    await page.getByLabel('Deployment circuit breaker').check({ force: true });
    await page.getByLabel('Rollback on failures').check({ force: true });
    await page.getByRole('button', { name: 'Add tag' }).click();
    await page.getByRole('textbox', { name: 'Key' }).fill('team');
    await page.getByRole('textbox', { name: 'Value' }).fill('web');
    await page.getByRole('button', { name: 'Create service' }).click();
    await page.getByText('The service by-page was created.').waitFor();
    await atPath(page, '/services/main/by-page');
    await page.getByText('2 running, 0 pending, 2 desired').waitFor();
    await page.getByRole('row', { name: /PRIMARY.*2\/2 running.*COMPLETED/ }).waitFor();
    await page.getByRole('row', { name: /SUCCESSFUL.*web:1/ }).waitFor();

    const seen = await python(
      sidecar,
      `import boto3, json, os
s = boto3.client("ecs", endpoint_url=os.environ["ENDPOINT"]).describe_services(cluster="main", services=["by-page"], include=["TAGS"])["services"][0]
breaker = s["deploymentConfiguration"]["deploymentCircuitBreaker"]
print(json.dumps([s["desiredCount"], s["launchType"], s["taskDefinition"].split("/")[-1], breaker["enable"], breaker["rollback"], s["tags"]]))`,
    );
    t.same(JSON.parse(seen), [2, 'EC2', 'web:1', true, true, [{ key: 'team', value: 'web' }]]);
  }),
);

t.test(
  'what is refused of a new service is said in AWS’s words; only tasks in awsvpc mode are asked for a network',
  browser.watched(async (t) => {
    await register(sidecar, 'inner', [{ command }], {
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
    });
    const page = await browser.open('/clusters/main', { refusals: true });
    await page.getByRole('button', { name: 'Create service' }).click();
    await choose(page, /^Task definition/, 'web:1');
    await choose(page, /^Launch type/, 'Capacity provider strategy');
    await page.getByRole('button', { name: 'Add provider' }).click();
    await page.getByLabel('Weight').fill('2');
    await page.getByLabel('Desired number of tasks').fill('0');
    t.equal(await page.getByLabel('Subnets').count(), 0);
    await choose(page, /^Task definition/, 'inner:1');
    await page.getByLabel('Subnets').fill('subnet-1, subnet-2');
    await page.getByLabel('Security groups').fill('sg-1');
    await page.getByRole('button', { name: 'Create service' }).click();
    await inMain(page).getByText('InvalidParameterException: ServiceName must match').first().waitFor();
    await page.getByLabel('Service name').fill('inner');
    await page.getByRole('button', { name: 'Create service' }).click();
    await page.getByText('The service inner was created.').waitFor();
    const service = await describe('inner');
    t.same(service?.capacityProviderStrategy, [{ capacityProvider: 'FARGATE', base: 0, weight: 2 }]);
    t.same(service?.networkConfiguration?.awsvpcConfiguration, {
      subnets: ['subnet-1', 'subnet-2'],
      securityGroups: ['sg-1'],
      assignPublicIp: 'DISABLED',
    });
    await page.getByRole('tab', { name: 'Configuration' }).click();
    await page.getByText('FARGATE (base 0, weight 2)').waitFor();
    await page.getByText('subnet-1, subnet-2').waitFor();
  }),
);

t.test(
  'a canary service with load balancer, Service Connect and placement is made in the page; an update changes what differs',
  browser.watched(async (t) => {
    await register(sidecar, 'reached', [
      { name: 'app', command, portMappings: [{ containerPort: 80, name: 'http' }] },
    ]);
    const page = await browser.open('/services/create?cluster=main&definition=reached:1');
    await page.getByLabel('Service name').fill('reached');
    await page.getByLabel('Desired number of tasks').fill('0');
    await choose(page, /^Launch type/, 'EC2');
    await choose(page, /^Deployment strategy/, 'Canary');
    await page.getByLabel('Canary percent').fill('2.5');
    await page.getByLabel('Canary bake time').fill('1');
    await page.getByLabel('Minimum healthy percent').fill('50');
    await page.getByLabel('Maximum percent').fill('150');
    await page.getByRole('button', { name: /^Load balancing/ }).click();
    await page.getByRole('button', { name: 'Add load balancer' }).click();
    const group = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/blue/0123456789abcdef';
    await page.getByRole('textbox', { name: 'Target group ARN', exact: true }).fill(group);
    await page.getByLabel('Alternate target group ARN').fill(group.replace('blue', 'green'));
    await choose(page, /^Port/, '80');
    await page.getByRole('button', { name: /^Service Connect/ }).click();
    await page.getByLabel('Use Service Connect').check({ force: true });
    await page.getByLabel('Namespace').fill('inner');
    await page.getByRole('button', { name: 'Add service' }).click();
    await page.getByLabel('DNS name').fill('reached.inner');
    await page.getByRole('spinbutton', { name: 'Services Port' }).fill('8080');
    await page.getByRole('button', { name: /^Placement/ }).click();
    await page.getByRole('button', { name: 'Add rule' }).click();
    await page.getByLabel('Field').fill('instanceId');
    await page.getByRole('button', { name: 'Create service' }).click();
    await page.getByText('The service reached was created.').waitFor();
    const service = await describe('reached');
    t.match(service, {
      deploymentConfiguration: {
        strategy: 'CANARY',
        canaryConfiguration: { canaryPercent: 2.5, canaryBakeTimeInMinutes: 1 },
        bakeTimeInMinutes: 0,
        minimumHealthyPercent: 50,
        maximumPercent: 150,
      },
      placementStrategy: [{ type: 'spread', field: 'instanceId' }],
    });
    t.same(service?.loadBalancers, [
      {
        targetGroupArn: group,
        containerName: 'app',
        containerPort: 80,
        advancedConfiguration: { alternateTargetGroupArn: group.replace('blue', 'green') },
      },
    ]);
    t.match(service?.deployments?.[0]?.serviceConnectConfiguration, {
      enabled: true,
      services: [{ portName: 'http', clientAliases: [{ port: 8080, dnsName: 'reached.inner' }] }],
    });

    await page.getByRole('tab', { name: 'Configuration' }).click();
    await page.getByText('2.5 % for 1 min').waitFor();
    await page.getByText('http → reached.inner:8080').waitFor();

    await page.getByRole('button', { name: 'Update service' }).click();
    await page.getByLabel('Maximum percent').fill('120');
    await page.getByLabel('DNS name').waitFor();
    t.same(await axeFindings(page), [], 'unfolded');
    await page.getByLabel('Enable ECS Exec').waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: /^More/ }).click();
    await page.getByLabel('Enable ECS Exec').check({ force: true });
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('The service reached was updated.').waitFor();
    const updated = await describe('reached');
    t.match(updated, {
      enableExecuteCommand: true,
      deploymentConfiguration: { strategy: 'CANARY', minimumHealthyPercent: 50, maximumPercent: 120 },
    });
    t.equal(updated?.deployments?.[0]?.id, service?.deployments?.[0]?.id, 'no new deployment');

    await goTo(page, `${sidecar.url}/_ecsidecar/services/create?cluster=main&definition=web:1`);
    await page.getByLabel('Service name').fill('daemon');
    await choose(page, /^Scheduling strategy/, 'Daemon: one task on each container instance');
    await choose(page, /^Launch type/, 'EC2');
    await page.getByRole('button', { name: 'Create service' }).click();
    await page.getByText('1 running, 0 pending, 1 desired').waitFor();
    t.equal((await describe('daemon'))?.schedulingStrategy, 'DAEMON');
  }),
);

t.test(
  'a service made by the API comes to the list without reload, is found, and is deleted there',
  browser.watched(async (t) => {
    const page = await browser.open('/services');
    await page
      .getByRole('row', { name: /by-page.*main.*ACTIVE.*web:1.*2\/2 running.*COMPLETED.*EC2/ })
      .waitFor();
    await sidecar.ecs.send(
      new CreateServiceCommand({ cluster, serviceName: 'by-api', taskDefinition: 'web:1', desiredCount: 0 }),
    );
    await page.getByRole('link', { name: 'by-api' }).waitFor();
    await page.getByLabel('Find services').fill('by-a');
    await page.getByRole('link', { name: 'by-page' }).waitFor({ state: 'detached' });
    await page.getByRole('checkbox', { name: 'Select by-api' }).check({ force: true });
    await act(page, 'Delete selected');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('The service by-api is being deleted.').waitFor();
    await page.getByText('No matches').waitFor();
    t.equal((await describe('by-api'))?.status, 'INACTIVE');
  }),
);

t.test(
  'a rolling deployment is watched to its end; then back to the revision before',
  browser.watched(async (t) => {
    const page = await browser.open('/services/main/by-page');
    await page.getByRole('button', { name: 'Update service' }).click();
    await choose(page, /^Task definition/, 'web:2');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('The service by-page was updated.').waitFor();
    await page.getByRole('row', { name: /PRIMARY.*2\/2 running.*IN_PROGRESS.*web:2/ }).waitFor();
    await page.getByRole('row', { name: /ACTIVE.*2\/2 running.*COMPLETED.*web:1/ }).waitFor();
    await letGood();
    await page.getByRole('row', { name: /PRIMARY.*2\/2 running.*COMPLETED.*web:2/ }).waitFor();
    await page.getByRole('row', { name: /ACTIVE.*web:1/ }).waitFor({ state: 'detached' });
    await page.getByRole('tab', { name: 'Events' }).click();
    await page
      .getByRole('row', { name: /service by-page/ })
      .first()
      .waitFor();

    await page.getByRole('tab', { name: 'Deployments' }).click();
    await act(page, 'Roll back to web:1');
    await page.getByText('The service by-page goes back to web:1.').waitFor();
    await page.getByRole('row', { name: /PRIMARY.*2\/2 running.*COMPLETED.*web:1/ }).waitFor();
    t.match((await describe('by-page'))?.taskDefinition, /web:1$/);
  }),
);

t.test(
  'a deployment under way is rolled back, and its events come as they happen',
  browser.watched(async (t) => {
    const page = await browser.open('/services/main/by-page?tab=events');
    await page.getByRole('row').nth(1).waitFor();
    await sidecar.ecs.send(
      new UpdateServiceCommand({ cluster, service: 'by-page', taskDefinition: 'web:2' }),
    );
    await inMain(page).getByText('IN_PROGRESS').first().waitFor();
    await act(page, 'Roll back the deployment under way');
    await page.getByText('The deployment of by-page is rolled back.').waitFor();
    await page.getByRole('row', { name: /rolling back to deployment/ }).waitFor();
    await page.getByRole('tab', { name: 'Deployments' }).click();
    await page.getByRole('row', { name: /ROLLBACK_SUCCESSFUL.*web:2/ }).waitFor();
    await page.getByRole('row', { name: /PRIMARY.*2\/2 running.*COMPLETED.*web:1/ }).waitFor();
    t.match((await describe('by-page'))?.taskDefinition, /web:1$/);
  }),
);

t.test(
  'number of tasks and tags are changed without a new deployment; a new one is forced',
  browser.watched(async (t) => {
    const deployment = (await describe('by-page'))?.deployments?.[0]?.id;
    const page = await browser.open('/services/main/by-page?tab=tasks');
    await page
      .getByRole('row', { name: /RUNNING.*web:1/ })
      .nth(1)
      .waitFor();
    await page.getByRole('button', { name: 'Update service' }).click();
    await page.getByLabel('Desired number of tasks').fill('1');
    await page.getByRole('button', { name: 'Remove tag team' }).click();
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('1 running, 0 pending, 1 desired').waitFor();
    const changed = await describe('by-page');
    t.equal(changed?.desiredCount, 1);
    t.same(changed?.tags, []);
    t.equal(changed?.deployments?.[0]?.id, deployment);
    await act(page, 'Force new deployment');
    await page.getByText('A new deployment of by-page begins.').waitFor();
    t.not((await describe('by-page'))?.deployments?.[0]?.id, deployment);
  }),
);

t.test(
  'the task sets of a service that another controller deploys are shown as they are made',
  browser.watched(async (t) => {
    await sidecar.ecs.send(
      new CreateServiceCommand({
        cluster,
        serviceName: 'external',
        desiredCount: 1,
        deploymentController: { type: 'EXTERNAL' },
      }),
    );
    const page = await browser.open('/services/main/external');
    await page.getByText('No task sets').waitFor();
    await sidecar.ecs.send(
      new CreateTaskSetCommand({
        cluster,
        service: 'external',
        taskDefinition: 'web:1',
        launchType: 'EC2',
        externalId: 'blue',
        scale: { value: 100, unit: 'PERCENT' },
      }),
    );
    await page
      .getByRole('row', { name: /blue.*ACTIVE.*1\/1 running.*STEADY_STATE.*100 %.*web:1.*EC2/ })
      .waitFor();
    t.pass('shown');
  }),
);

for (const theme of ['light', 'dark'] as const) {
  t.test(
    `the pages of services are accessible, ${theme}`,
    browser.watched(async (t) => {
      const page = await browser.open('/services', { theme });
      await testPages(t, page, sidecar, theme, [
        ['services', '/services', '1/1 running'],
        ['services-create', '/services/create?cluster=main&definition=inner:1', 'Security groups'],
        ['service', '/services/main/by-page', 'SUCCESSFUL'],
        ['service-events', '/services/main/by-page?tab=events', 'rolling back'],
        ['service-tasks', '/services/main/by-page?tab=tasks', 'web:1'],
        ['service-configuration', '/services/main/by-page?tab=configuration', 'Placement strategy'],
        ['service-tags', '/services/main/by-page?tab=tags', 'No tags'],
        ['service-update', '/services/main/by-page/update', 'Save changes'],
      ]);
    }),
  );
}

t.test(
  'a service that has tasks is deleted by force alone, which AWS’s words say; one that is not there in AWS’s words',
  browser.watched(async (t) => {
    const page = await browser.open('/services/main/by-page', { refusals: true });
    await act(page, 'Delete service');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('The service cannot be stopped while it is scaled above 0.').waitFor();
    await act(page, 'Delete service');
    await page.getByLabel('Force: stop the tasks too').check({ force: true });
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('The service by-page is being deleted.').waitFor();
    await atPath(page, '/services');
    await page.getByRole('link', { name: 'by-page' }).waitFor({ state: 'detached' });
    t.ok(await until('the tasks are gone', async () => (await describe('by-page'))?.status === 'INACTIVE'));
    await goTo(page, `${sidecar.url}/_ecsidecar/services/main/missing`);
    await page.getByText('Service not found.').waitFor();
  }),
);
