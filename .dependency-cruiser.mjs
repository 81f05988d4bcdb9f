// Who may import whom. The rules name what is forbidden; everything under src/ that is not named may be imported.

/** Folders that know `model` and `lib` alone and meet each other only through the ports in `model/ports.ts`. */
const PARTS = 'apis/[^/]+|executors/[^/]+|registry|scheduler|reload|secrets|task-endpoint|store|console';

/**
 * Files of `from` import nothing of ours but what matches `allowed`.
 * @param {string} name
 * @param {string} from
 * @param {string} allowed
 * @param {string} comment
 */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: '^(src|test|examples|schemas)/', pathNot: allowed },
});

/**
 * The npm packages (or Node modules) that match `what` are imported from `where` alone.
 * @param {string} name
 * @param {string} what
 * @param {string} where
 */
const home = (name, what, where, more = {}) => ({
  name,
  severity: 'error',
  from: { path: '^src/', pathNot: where },
  to: { path: what, ...more },
});

/** @param {string[]} names */
const npm = (...names) => `(^|/)node_modules/(${names.join('|')})/`;

export default {
  forbidden: [
    only('lib-knows-nothing', '^src/lib/', '^src/lib/', 'lib knows no ECS'),
    only('model-is-pure', '^src/model/', '^src/(model|lib)/', 'nouns and ports depend on nothing'),
    only(
      'parts-meet-in-model',
      `^src/(${PARTS})/`,
      '^src/($1|model|lib)/',
      'parts never import each other; they meet through the interfaces in model/ports.ts',
    ),
    only(
      'gateway-sees-registries',
      '^src/gateway/',
      '^src/(gateway|model|lib|task-endpoint|console)/|^src/apis/[^/]+/operations\\.ts$',
      'of the APIs the gateway knows the registries alone',
    ),
    only(
      'cli-goes-through-main',
      '^src/cli/',
      '^src/(cli|model|lib)/|^src/(config|main|examine)\\.ts$|^src/executors/compose/preview\\.ts$',
      'commands know the settings, main, what doctor finds and the renderer',
    ),
    only(
      'page-is-alone',
      '^src/console/web/',
      '^src/(console/web|model)/',
      'the page is a client like any other',
    ),
    {
      name: 'page-takes-types-alone',
      comment: "what runs in the browser is the page's own",
      severity: 'error',
      from: { path: '^src/console/web/' },
      to: { path: '^src/model/|node_modules/@aws-sdk/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nobody-needs-page',
      comment: 'the server serves what Vite made of it',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/console/web/' },
      to: { path: '^src/console/web/' },
    },
    only('config-is-alone', '^src/config\\.ts$', '^$', 'settings are read before anything else is loaded'),
    only(
      'main-imports-src',
      '^src/(main|wire-apis|wire-console|check-task-definition|examine)\\.ts$',
      '^src/',
      'tests and examples are no part of the program',
    ),
    {
      name: 'setup-is-plain-node',
      comment: 'setup runs before npm dependencies are there; the coverage table is made afterwards',
      severity: 'error',
      from: { path: '^src/setup/.*\\.mjs$' },
      to: { dependencyTypesNot: ['core', 'local'] },
    },
    {
      name: 'setup-is-alone',
      severity: 'error',
      from: { path: '^src/setup/.*\\.mjs$' },
      to: { path: '^src/', pathNot: '^src/(setup/.*\\.mjs|lib/[^/]+\\.js)$' },
    },
    {
      name: 'nobody-needs-setup',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/setup/' },
      to: { path: '^src/setup/' },
    },
    {
      name: 'examples-are-users',
      comment: 'an example talks to the sidecar as any user does: over the AWS API and the command line',
      severity: 'error',
      from: { path: '^examples/' },
      to: { path: '^(src|test|schemas)/' },
    },

    home('dockerode-at-home', npm('dockerode', 'docker-compose'), '^src/executors/compose/'),
    home(
      'fastify-at-home',
      npm('fastify', 'fastify-plugin', '@fastify/[^/]+'),
      '^src/(gateway|task-endpoint|console)/',
    ),
    home('watchers-at-home', npm('chokidar', 'ignore'), '^src/reload/'),
    home('kubernetes-at-home', npm('@kubernetes/client-node'), '^src/executors/kubernetes/'),
    home('sqlite-at-home', '^(node:)?sqlite$', '^src/store/'),
    home(
      'wire-formats-at-home',
      npm('ajv', 'fast-xml-parser', '@smithy/[^/]+'),
      '^src/(gateway|console/web)/',
    ),
    home(
      'react-at-home',
      npm('react', 'react-dom', 'react-router', '@cloudscape-design/[^/]+', '@tanstack/[^/]+'),
      '^src/console/web/',
    ),
    home('vite-at-home', npm('vite', '@vitejs/[^/]+'), '^src/console/(web/|vite\\.config\\.ts$)'),
    home('aws-sdk-at-home', npm('@aws-sdk/(?:client-(?:ssm|secrets-manager|s3))'), '^src/secrets/', {
      dependencyTypesNot: ['type-only'],
    }),
    home('commander-at-home', npm('commander'), '^src/cli/'),

    {
      name: 'no-dev-dependency-at-run-time',
      comment:
        'development dependencies (the AWS SDK among them) give types only, but to the page, which is bundled',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(setup|console/web)/|^src/console/vite\\.config\\.ts$' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-unlisted-package',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'undetermined'] },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-circle',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    builtInModules: { add: ['node:sqlite', 'sqlite'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
