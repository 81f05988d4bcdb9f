import t from 'tap';
import { isAtLeast, nextStep, type Engine, type Facts } from '../../../src/setup/next-step.mjs';

const SOCKET = 'unix:///var/run/docker.sock';

const engine = (more: Partial<Engine> = {}): Engine => ({
  host: SOCKET,
  source: 'socket',
  status: 'ok',
  version: '20.10.24',
  apiVersion: '1.41',
  ...more,
});

const without = (status: Engine['status'], more: Partial<Engine> = {}): Engine => ({
  host: SOCKET,
  source: 'socket',
  status,
  ...more,
});

const compose = { path: '/usr/libexec/docker/cli-plugins/docker-compose', version: '2.26.1-4' };

/** Debian 12 as root, in a container without systemd, with nothing of Docker's on it. */
const bare: Facts = {
  platform: 'linux',
  isWsl: false,
  isRoot: true,
  user: 'root',
  hasSystemd: false,
  distribution: ['debian'],
  hasApt: true,
  hasDebianKeys: true,
  inDockerGroup: false,
  hasDockerd: false,
  hasRootless: false,
  hasDesktop: false,
  hasCli: false,
  engines: [without('absent')],
  compose: [],
};

const person: Partial<Facts> = { isRoot: false, user: 'ana' };
const foreign = (...distribution: string[]): Partial<Facts> => ({
  distribution,
  hasApt: false,
  hasDebianKeys: false,
});
const mac: Partial<Facts> = { ...person, ...foreign(), platform: 'darwin' };
const windows: Partial<Facts> = { ...person, ...foreign(), platform: 'win32' };
const wsl: Partial<Facts> = { ...person, distribution: ['ubuntu', 'debian'], isWsl: true };
const remote = (host: string, status: Engine['status']) => [without(status, { host, source: 'DOCKER_HOST' })];

const kinds: readonly [name: string, facts: Partial<Facts>, step: unknown][] = [
  ['a bare Debian as root gets an engine', {}, { kind: 'install-engine' }],
  [
    'a bare Ubuntu as root gets an engine',
    { distribution: ['ubuntu', 'debian'] },
    { kind: 'install-engine' },
  ],
  ['an engine that is installed and not running is started', { hasDockerd: true }, { kind: 'start-engine' }],
  [
    'a dead socket beside an installed engine is started too',
    { hasDockerd: true, engines: [without('silent')] },
    { kind: 'start-engine' },
  ],
  [
    'with an engine alone, Compose and the CLI are brought',
    { engines: [engine()] },
    { kind: 'install-programs', programs: ['compose', 'cli'] },
  ],
  [
    'a Compose that is too old is replaced',
    { engines: [engine()], compose: [{ ...compose, version: '2.19.1' }], hasCli: true },
    { kind: 'install-programs', programs: ['compose'] },
  ],
  [
    'a user of Debian gets Compose into the own home folder, and needs no CLI',
    { ...person, engines: [engine()] },
    { kind: 'install-programs', programs: ['compose'] },
  ],
  [
    'with all there, it is ready',
    { engines: [engine()], compose: [compose], hasCli: true },
    { kind: 'ready', engine: engine(), compose },
  ],
  [
    'the first engine that answers is taken',
    {
      engines: [without('silent'), engine({ host: 'unix:///run/user/1000/docker.sock' })],
      compose: [compose],
      hasCli: true,
    },
    { kind: 'ready', engine: engine({ host: 'unix:///run/user/1000/docker.sock' }), compose },
  ],
  [
    'of several Composes the first that is new enough is taken',
    { engines: [engine()], compose: [{ path: '/old', version: '1.29.2' }, compose], hasCli: true },
    { kind: 'ready', engine: engine(), compose },
  ],
  [
    'Docker Desktop on a Mac is ready as it is',
    { ...mac, engines: [engine({ version: '28.2.2', apiVersion: '1.50' })], compose: [compose] },
    { kind: 'ready', engine: engine({ version: '28.2.2', apiVersion: '1.50' }), compose },
  ],
];

for (const [name, facts, step] of kinds) {
  t.test(name, async (t) => {
    t.same(nextStep({ ...bare, ...facts }), step);
  });
}

/** Where set-up stops: words of the problem and of the exact next step. */
const stops: readonly [name: string, facts: Partial<Facts>, problem: RegExp, next: RegExp][] = [
  ['macOS without Docker', mac, /No Docker engine/, /brew install --cask docker/],
  ['macOS with Docker Desktop asleep', { ...mac, hasDesktop: true }, /not running/, /open -a Docker/],
  ['Windows without Docker', windows, /No Docker engine/, /windows-install/],
  ['Windows with Docker Desktop asleep', { ...windows, hasDesktop: true }, /not running/, /Start menu/],
  ['WSL without Docker', wsl, /WSL distribution/, /WSL integration/],
  ['WSL as root without Docker', { ...wsl, isRoot: true }, /WSL distribution/, /WSL integration/],
  ['WSL with an own engine', { ...wsl, hasDockerd: true }, /not running/, /sudo service docker start/],
  [
    'a user of Debian without Docker',
    person,
    /only root can install/,
    /sudo apt-get install docker\.io\. Then: sudo usermod -aG docker ana && newgrp docker/,
  ],
  [
    'a user with a stopped engine and systemd',
    { ...person, hasDockerd: true, hasSystemd: true },
    /not running/,
    /sudo systemctl start docker/,
  ],
  [
    'a user with a stopped engine without systemd',
    { ...person, hasDockerd: true },
    /not running/,
    /sudo service docker start/,
  ],
  [
    'a user outside the docker group',
    { ...person, engines: [without('denied')] },
    /may not use its socket/,
    /sudo usermod -aG docker ana && newgrp docker/,
  ],
  [
    'a user who joined the docker group after logging in',
    { ...person, engines: [without('denied')], inDockerGroup: true },
    /may not use its socket/,
    /in the docker group since after your log-in: newgrp docker/,
  ],
  ['root who is refused', { engines: [without('denied')] }, /may not use its socket/, /confinement/],
  [
    'rootless Docker asleep',
    { ...person, hasRootless: true, hasSystemd: true },
    /Rootless Docker is installed/,
    /systemctl --user start docker\./,
  ],
  [
    'rootless Docker asleep without systemd',
    { ...person, hasRootless: true },
    /Rootless Docker is installed/,
    /dockerd-rootless\.sh &/,
  ],
  [
    'Docker Desktop for Linux asleep',
    { ...person, hasDesktop: true },
    /Docker Desktop is installed/,
    /systemctl --user start docker-desktop/,
  ],
  ['Fedora as root', foreign('fedora'), /No Docker engine/, /^Install it: dnf install moby-engine/],
  ['Fedora as a user', { ...foreign('fedora'), ...person }, /only root/, /sudo dnf install moby-engine/],
  ['Arch', foreign('arch'), /No Docker engine/, /pacman -S docker docker-compose/],
  ['Alpine', foreign('alpine'), /No Docker engine/, /apk add docker docker-cli-compose/],
  ['an unknown Linux', foreign('nixos'), /No Docker engine/, /docs\.docker\.com\/engine\/install/],
  ['another platform', { ...foreign(), platform: 'freebsd' }, /No Docker engine/, /DOCKER_HOST/],
  [
    'DOCKER_HOST at a socket that is not there, even where an engine could be installed',
    { engines: remote('unix:///nowhere.sock', 'absent') },
    /DOCKER_HOST is "unix:\/\/\/nowhere\.sock": there is no such socket/,
    /unset DOCKER_HOST/,
  ],
  [
    'DOCKER_HOST where nothing answers',
    {
      engines: [
        without('silent', {
          host: 'tcp://10.0.0.9:2375',
          source: 'DOCKER_HOST',
          detail: 'no answer within 5 s',
        }),
      ],
    },
    /nothing answers there \(no answer within 5 s\)/,
    /unset DOCKER_HOST/,
  ],
  [
    'DOCKER_HOST at a socket of others',
    { ...person, engines: remote(SOCKET, 'denied') },
    /DOCKER_HOST is .* may not use that socket/,
    /usermod -aG docker ana/,
  ],
  [
    'DOCKER_HOST that is no address',
    { engines: remote('docker', 'silent') },
    /begins with unix:/,
    /Correct it/,
  ],
  [
    'DOCKER_HOST over ssh',
    { engines: remote('ssh://ana@build', 'silent') },
    /does not speak ssh/,
    /ssh -nNT -L .* ana@build/,
  ],
  [
    'a docker context whose engine is gone',
    { engines: [without('absent', { host: 'unix:///gone.sock', source: 'context' })] },
    /current docker context points to unix:\/\/\/gone\.sock/,
    /docker context use default/,
  ],
  [
    'an engine that is too old',
    { engines: [engine({ version: '19.03.15', apiVersion: '1.40' })] },
    /19\.03\.15 \(API 1\.40\); 20\.10/,
    /docs\.docker\.com\/engine\/install/,
  ],
  [
    'a Docker Desktop that is too old',
    { ...mac, engines: [engine({ version: '19.03.15', apiVersion: '1.40' })] },
    /20\.10/,
    /Update Docker Desktop/,
  ],
  [
    'a Compose that is too old on a Mac',
    { ...mac, engines: [engine()], compose: [{ path: '/c', version: '2.10.2' }] },
    /2\.24 or newer was not found; \/c is 2\.10\.2/,
    /Update Docker Desktop/,
  ],
  [
    'no Compose on Fedora',
    { ...foreign('fedora'), engines: [engine()] },
    /Compose 2\.24/,
    /dnf install docker-compose/,
  ],
  [
    'no Compose on Arch',
    { ...foreign('arch'), engines: [engine()] },
    /Compose 2\.24/,
    /pacman -S docker-compose/,
  ],
  [
    'no Compose on Alpine',
    { ...foreign('alpine'), engines: [engine()] },
    /Compose 2\.24/,
    /docker-cli-compose/,
  ],
  [
    'no Compose for a user of Ubuntu',
    { ...person, distribution: ['ubuntu', 'debian'], hasDebianKeys: false, engines: [engine()] },
    /Compose 2\.24/,
    /sudo apt-get install docker-compose-v2/,
  ],
  ['no Compose on an unknown Linux', { ...foreign(), engines: [engine()] }, /Compose 2\.24/, /cli-plugins/],
];

for (const [name, facts, problem, next] of stops) {
  t.test(`stops with what to do: ${name}`, async (t) => {
    t.match(nextStep({ ...bare, ...facts }), { kind: 'stop', problem, next });
  });
}

t.test('versions are compared as numbers', async (t) => {
  for (const version of ['2.24.0', 'v2.24', '2.40.3-3', '3.0', '10.1'])
    t.ok(isAtLeast(version, [2, 24]), version);
  for (const version of ['2.19.9', '2.3', '1.99', '', 'latest'])
    t.notOk(isAtLeast(version, [2, 24]), version);
});
