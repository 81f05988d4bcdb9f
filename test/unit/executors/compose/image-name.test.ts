import t from 'tap';
import { ecrStandIn, isImmutable, registryOf } from '../../../../src/executors/compose/image-name.ts';

t.test('the registry of an image is the part before the first slash when it looks like a host', (t) => {
  const hub = 'https://index.docker.io/v1/';
  t.equal(registryOf('busybox'), hub);
  t.equal(registryOf('library/busybox:1'), hub);
  t.equal(registryOf('docker.io/library/busybox'), hub);
  t.equal(registryOf('registry.example.com/a/b:1'), 'registry.example.com');
  t.equal(registryOf('localhost:5000/a'), 'localhost:5000');
  t.equal(registryOf('localhost/a'), 'localhost');
  t.equal(registryOf('host:5000'), hub, 'that is an image with a tag');
  t.end();
});

t.test('what stands in for an image of ECR has its repository and tag', (t) => {
  const registry = '123456789012.dkr.ecr.eu-central-1.amazonaws.com';
  t.equal(ecrStandIn(`${registry}/app:1`), 'app:1');
  t.equal(ecrStandIn(`${registry}/team/app`), 'team/app');
  t.equal(ecrStandIn('123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/app:1'), 'app:1');
  t.equal(ecrStandIn('123456789012.dkr.ecr-fips.us-east-1.amazonaws.com/app:1'), 'app:1');
  for (const other of [
    'app:1',
    'public.ecr.aws/docker/library/busybox:1',
    `${registry}/`,
    `${registry}//app`,
    `${registry}/app@sha256:${'0'.repeat(64)}`,
    `${registry}.example.com/app:1`,
    `evil.example.com/${registry}/app:1`,
    '12345.dkr.ecr.us-east-1.amazonaws.com/app',
  ])
    t.equal(ecrStandIn(other), undefined, other);
  t.end();
});

t.test('a digest and an id mean one image for ever, a tag does not', (t) => {
  t.ok(isImmutable(`app@sha256:${'0'.repeat(64)}`));
  t.ok(isImmutable(`sha256:${'0'.repeat(64)}`));
  t.notOk(isImmutable('app:1'));
  t.notOk(isImmutable('sha256'));
  t.end();
});
