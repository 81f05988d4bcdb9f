import t from 'tap';
import { firelensConfig, type FirelensSettings } from '../../../../src/executors/compose/firelens-config.ts';

const settings: FirelensSettings = {
  type: 'fluentbit',
  listenAddress: undefined,
  memoryMib: 0,
  metadata: {},
  outputs: [],
  include: undefined,
};

// Source: ECS agent, taskresource/firelens, and the templates of awslabs/go-config-generator-for-fluentd-and-fluentbit.
t.test('a router in the network mode host listens on its socket alone', async (t) => {
  t.equal(
    firelensConfig(settings),
    '\n[INPUT]\n    Name forward\n    Mem_Buf_Limit 25MB\n    unix_path /var/run/fluent.sock\n',
  );
  t.equal(
    firelensConfig({ ...settings, type: 'fluentd' }),
    '\n<source>\n    @type unix\n    path /var/run/fluent.sock\n</source>\n',
  );
});

t.test('filters come before what is included, outputs behind it; options are sorted', async (t) => {
  const text = firelensConfig({
    ...settings,
    memoryMib: 101,
    include: '/extra.conf',
    metadata: { ecs_cluster: 'c' },
    outputs: [
      {
        container: 'a',
        options: { b: '2', a: '1', Name: 'x', 'exclude-pattern': 'no', 'include-pattern': 'yes' },
      },
      { container: 'b', options: {} },
    ],
  });
  t.equal(
    text,
    `
[INPUT]
    Name forward
    Mem_Buf_Limit 50MB
    unix_path /var/run/fluent.sock

[FILTER]
    Name   grep
    Match a-firelens*
    Regex  log yes

[FILTER]
    Name   grep
    Match a-firelens*
    Exclude log no

[FILTER]
    Name record_modifier
    Match *
    Record ecs_cluster c

@INCLUDE /extra.conf

[OUTPUT]
    Name x
    Match a-firelens*
    a 1
    b 2
`,
  );
});

t.test('fluentd has the same in its own form, and no health check', async (t) => {
  const text = firelensConfig({
    ...settings,
    type: 'fluentd',
    listenAddress: '0.0.0.0',
    include: '/extra.conf',
    metadata: { ecs_cluster: 'c' },
    outputs: [{ container: 'a', options: { '@type': 'x', b: '2', 'exclude-pattern': 'no' } }],
  });
  t.equal(
    text,
    `
<source>
    @type unix
    path /var/run/fluent.sock
</source>

<source>
    @type forward
    bind 0.0.0.0
    port 24224
</source>

<filter a-firelens**>
    @type  grep
    <exclude>
        key log
        pattern no
    </exclude>
</filter>

<filter **>
    @type record_transformer
    <record>
        ecs_cluster c
    </record>
</filter>

@include /extra.conf

<match a-firelens**>
    @type x
    b 2
</match>
`,
  );
});

t.test('no option adds a line, a section or a command', async (t) => {
  const refused = [
    ['Name', 'x\n[OUTPUT]'],
    ['Name', 'x\r'],
    ['Name', 'x\u2028y'],
    ['[OUTPUT]', 'x'],
    ['a\nb', 'x'],
    ['a b', 'x'],
    ['</match>', ''],
    ['', 'x'],
    ['include-pattern', 'a\nb'],
    ['log-driver-buffer-limit', '1\n2'],
  ] as const;
  for (const [key, value] of refused) {
    const outputs = [{ container: 'a', options: { Name: 'x', [key]: value } }];
    t.throws(
      () => firelensConfig({ ...settings, outputs }),
      /container a/,
      encodeURIComponent(`${key} ${value}`),
    );
  }
});

t.test('options without the name of a plugin are refused in the agent’s words', async (t) => {
  for (const [type, key] of [
    ['fluentbit', 'Name'],
    ['fluentd', '@type'],
  ] as const) {
    const outputs = [{ container: 'a', options: { other: 'x' } }];
    t.throws(() => firelensConfig({ ...settings, type, outputs }), {
      message: `unable to apply log options of container a to firelens config: missing output key ${key} which is required for firelens configuration of type ${type}`,
    });
  }
});
