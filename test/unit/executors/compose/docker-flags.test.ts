import t from 'tap';
import { flagsOfContainer, parseDockerFlags } from '../../../../src/executors/compose/docker-flags.ts';

const noFiles = (path: string): string => {
  throw new Error(`ENOENT: ${path}`);
};
const parse = (text: string, environment: NodeJS.ProcessEnv = {}) =>
  parseDockerFlags(text, environment, noFiles);

t.test('no flags set nothing', (t) => {
  t.strictSame(parse('  '), {
    ports: [],
    environment: {},
    volumes: [],
    networks: [],
    extraHosts: [],
    dns: [],
    labels: {},
    ulimits: {},
    capAdd: [],
    privileged: false,
  });
  t.end();
});

t.test('a flag is read in each way that docker run takes it', (t) => {
  const port = { containerPort: 80, hostPort: '8080', protocol: 'tcp' };
  for (const text of ['-p 8080:80', '-p8080:80', '-p=8080:80', '--publish 8080:80', '--publish=8080:80']) {
    t.strictSame(parse(text).ports, [port], text);
  }
  t.strictSame(parse('-p 8080:80 --publish=8080:80').ports, [port, port], 'repeated');
  t.end();
});

t.test('quotes keep blanks together', (t) => {
  t.strictSame(parse(`-e A="b c" -e 'D=e  f' --label "x=it's"`).environment, { A: 'b c', D: 'e  f' });
  t.strictSame(parse(`--label "x=it's"`).labels, { x: "it's" });
  t.throws(() => parse('-e "A=b'), { message: /quotation mark is not closed/ });
  t.end();
});

t.test('ports are published as docker run does. Source: docker run reference, --publish', (t) => {
  const port = (text: string) => parse(`-p ${text}`).ports;
  t.strictSame(port('0:9229'), [{ containerPort: 9229, protocol: 'tcp' }], 'host port 0 is a random one');
  t.strictSame(port('9229'), [{ containerPort: 9229, protocol: 'tcp' }]);
  t.strictSame(port('53:53/udp'), [{ containerPort: 53, hostPort: '53', protocol: 'udp' }]);
  t.strictSame(port('127.0.0.1:80:81'), [
    { containerPort: 81, hostPort: '80', hostIp: '127.0.0.1', protocol: 'tcp' },
  ]);
  t.strictSame(port('127.0.0.1::81'), [{ containerPort: 81, hostIp: '127.0.0.1', protocol: 'tcp' }]);
  t.strictSame(port('[::1]:80:81'), [{ containerPort: 81, hostPort: '80', hostIp: '::1', protocol: 'tcp' }]);
  t.strictSame(port('8000-8001:80-81'), [
    { containerPort: 80, hostPort: '8000', protocol: 'tcp' },
    { containerPort: 81, hostPort: '8001', protocol: 'tcp' },
  ]);
  t.strictSame(port('8000-8010:80'), [{ containerPort: 80, hostPort: '8000-8010', protocol: 'tcp' }]);
  t.end();
});

t.test('a variable without a value has the one of the sidecar, or is not set', (t) => {
  t.strictSame(parse('-e HOME -e ABSENT -e EMPTY=', { HOME: '/root' }).environment, {
    HOME: '/root',
    EMPTY: '',
  });
  t.strictSame(parse('-e A=1 -e A=2 -e B=x=y').environment, { A: '2', B: 'x=y' }, 'the last one counts');
  t.end();
});

t.test('lines of --env-file are taken as they are, and -e wins. Source: docker/cli, opts/file.go', (t) => {
  const files: Record<string, string> = {
    '/a': '\ufeff# comment\r\n\r\n  A="quoted" # kept\nB=$x\nHOME\nABSENT\nC=',
    '/b': 'A=second',
  };
  const flags = parseDockerFlags(
    '-e B=flag --env-file /a --env-file=/b',
    { HOME: '/root' },
    (path) => files[path] ?? '',
  );
  t.strictSame({ ...flags.environment }, { A: 'second', B: 'flag', HOME: '/root', C: '' });
  t.throws(() => parseDockerFlags('--env-file /a', {}, () => 'ok=1\nbad name=1'), {
    message: /--env-file "\/a": line 2: the name "bad name" has a blank/,
  });
  t.throws(() => parse('--env-file /absent'), { message: /--env-file "\/absent": ENOENT/ });
  t.end();
});

t.test('volumes are host paths, volumes of the engine or anonymous', (t) => {
  const volume = (text: string) => parse(`-v ${text}`).volumes[0];
  t.strictSame(volume('/a:/b'), { type: 'bind', source: '/a', target: '/b', readOnly: false });
  t.strictSame(volume('/a:/b:ro,Z,rslave'), {
    type: 'bind',
    source: '/a',
    propagation: 'rslave',
    selinux: 'Z',
    target: '/b',
    readOnly: true,
  });
  t.strictSame(volume('cache:/b:nocopy'), {
    type: 'volume',
    source: 'cache',
    noCopy: true,
    target: '/b',
    readOnly: false,
  });
  t.strictSame(volume('/b'), { type: 'anonymous', target: '/b', readOnly: false });
  t.end();
});

t.test('the other flags are read', (t) => {
  const flags = parse(
    '--network mine --add-host a:1.2.3.4 --add-host b=::1 --add-host c:host-gateway --dns 1.1.1.1 -l x -l y=z ' +
      '--ulimit nofile=1:2 --ulimit core=-1 -u 1:2 --platform linux/arm64/v8 --privileged -m 1.5g --shm-size=64MiB ' +
      '--cap-add SYS_PTRACE --cap-add NET_ADMIN --entrypoint /bin/sh',
  );
  t.match(flags, {
    networks: ['mine'],
    extraHosts: ['a:1.2.3.4', 'b:::1', 'c:host-gateway'],
    dns: ['1.1.1.1'],
    labels: { x: '', y: 'z' },
    ulimits: { nofile: { soft: 1, hard: 2 }, core: -1 },
    user: '1:2',
    platform: 'linux/arm64/v8',
    privileged: true,
    memoryBytes: 1.5 * 1024 ** 3,
    shmSizeBytes: 64 * 1024 ** 2,
    capAdd: ['SYS_PTRACE', 'NET_ADMIN'],
    entrypoint: ['/bin/sh'],
  });
  t.equal(parse('--privileged=false').privileged, false);
  t.equal(parse('--privileged -p 1').privileged, true, 'a boolean flag takes no value from the next word');
  t.strictSame(parse('--entrypoint ""').entrypoint, [], 'an empty entry point clears the one of the image');
  t.equal(parse('-m 512').memoryBytes, 512);
  t.end();
});

t.test('an unknown or malformed flag is refused by its name', (t) => {
  const refusals: [string, RegExp][] = [
    ['--gpus all', /--gpus/],
    ['-it', /-i/],
    ['-d', /-d/],
    ['--publish', /--publish needs a value/],
    ['-p', /-p needs a value/],
    ['-p http', /--publish "http"/],
    ['-p 70000:80', /--publish "70000:80": 70000 is no port/],
    ['-p 80:0', /--publish "80:0"/],
    ['-p 1-2:3-5', /--publish "1-2:3-5": the ranges are of different length/],
    ['-p 80:80/icmp', /--publish "80:80\/icmp"/],
    ['-p 300.1.1.1:80:80', /--publish/],
    ['-e =x', /--env "=x"/],
    ['-v ./code:/app', /--volume ".\/code:\/app"/],
    ['-v ~/code:/app', /--volume/],
    ['-v /a:b', /--volume "\/a:b"/],
    ['-v /a:/b:rx', /--volume "\/a:\/b:rx": the option "rx" is not known/],
    ['-v /a:/b:ro:x', /--volume/],
    ['--network name=a,alias=b', /--network/],
    ['--network host --network a', /--network/],
    ['--add-host a', /--add-host "a"/],
    ['--add-host a:b', /--add-host "a:b": "b" is no IP address/],
    ['--dns x', /--dns "x"/],
    ['-l =x', /--label "=x"/],
    ['--ulimit nofile', /--ulimit "nofile"/],
    ['--ulimit files=1', /--ulimit "files=1"/],
    ['--ulimit nofile=3:2', /--ulimit "nofile=3:2": the soft limit is above the hard one/],
    ['--user=', /--user ""/],
    ['--platform linux//', /--platform/],
    ['--privileged=maybe', /--privileged "maybe"/],
    ['-m lots', /--memory "lots"/],
    ['--shm-size -1', /--shm-size "-1"/],
    ['busybox', /"busybox" is no flag/],
    ['-p 1 -- x', /"--" is no flag/],
  ];
  for (const [text, message] of refusals) t.throws(() => parse(text), { message }, text);
  t.end();
});

t.test("a container's own flags join those of all, and get nothing of this machine", (t) => {
  const common = parseDockerFlags('-p 80:80 -e A=1 --network shared', {}, noFiles);
  t.equal(flagsOfContainer(common, undefined), common);
  t.match(flagsOfContainer(common, '-p 127.0.0.1:0:9229 -e A=2 --privileged'), {
    ports: [{}, {}],
    environment: { A: '2' },
    networks: common.networks,
    privileged: true,
  });
  for (const flags of ['--network host', '-v name:/data', '--env-file /etc/shadow', '-p x'])
    t.throws(
      () => flagsOfContainer(common, flags),
      { message: /^the label ecsidecar\.docker-flags: / },
      flags,
    );
  t.match(flagsOfContainer(common, '-e HOME').environment, { A: '1' });
  t.notOk(flagsOfContainer(common, '-e HOME').environment['HOME'], 'no variable of the sidecar');
  t.end();
});
