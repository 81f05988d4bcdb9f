import t from 'tap';
import { containerArn } from '../../../src/model/arn.ts';
import { PAUSE_CONTAINER } from '../../../src/model/pause-container.ts';
import type { ObservedContainer, Task } from '../../../src/model/task.ts';
import { lostPause, reportNetwork } from '../../../src/scheduler/plan-network.ts';
import { planTask } from '../../../src/scheduler/plan-task.ts';
import { sampleTask } from '../../support/rendering.ts';

const sample = sampleTask();
const task: Task = {
  ...sample,
  networkInterface: { attachmentId: 'a', id: 'eni-0', subnetId: 's' },
  pullStoppedAt: new Date(1),
  containers: ['web', 'side'].map((name) => ({
    arn: containerArn(sample.scope, sample.clusterName, sample.id, name),
    name,
    image: 'busybox',
    essential: true,
    lastStatus: 'PENDING',
    healthStatus: 'UNKNOWN',
    networkBindings: [],
  })),
};
const binding = { bindIP: '0.0.0.0', containerPort: 80, hostPort: 80, protocol: 'tcp' as const };
const address = { privateIpv4Address: '172.18.0.2', macAddress: '02:42:ac:12:00:02', privateDnsName: 'p' };
const seen = (name: string, state: ObservedContainer['state']): ObservedContainer => ({
  name,
  dockerId: name,
  state,
  oomKilled: false,
  healthStatus: 'UNKNOWN',
  networkBindings: [],
  startedAt: new Date(2),
});
const pause: ObservedContainer = {
  ...seen(PAUSE_CONTAINER, 'running'),
  shared: { address, networkBindings: { web: [binding] } },
};

t.test('the address and the ports of the shared network are the task’s, and stay when it is gone', (t) => {
  const reported = reportNetwork(task, new Map([[pause.name, pause]]));
  t.same(reported.networkInterface?.address, address);
  t.same(
    reported.containers.map(({ networkBindings }) => networkBindings),
    [[binding], []],
  );
  t.equal(
    reportNetwork(reported, new Map([[pause.name, pause]])),
    reported,
    'nothing new is the same object',
  );
  const ended = new Map([[pause.name, seen(PAUSE_CONTAINER, 'exited')]]);
  t.equal(reportNetwork(reported, ended), reported);
  t.end();
});

t.test('a task that lost its pause container stops, as by an essential container', (t) => {
  for (const state of ['exited', 'gone'] as const) {
    t.ok(lostPause(new Map([[PAUSE_CONTAINER, seen(PAUSE_CONTAINER, state)]])));
    const observed = [seen('web', 'running'), seen('side', 'running'), seen(PAUSE_CONTAINER, state)];
    const plan = planTask(task, { networkMode: 'awsvpc', containerDefinitions: [] }, observed, new Date(3));
    t.match(plan.task, { desiredStatus: 'STOPPED', stopCode: 'EssentialContainerExited' });
    t.match(plan.step, { kind: 'stop', containers: [{ name: 'web' }, { name: 'side' }] });
  }
  t.notOk(lostPause(new Map([[pause.name, pause]])));
  t.notOk(lostPause(new Map()));
  t.end();
});
