import { one, testRefusals, two } from '../../../../support/task-definition-cases.ts';

testRefusals([
  {
    rule: 'links with host',
    source: 'ours',
    input: one({ links: ['app'] }, { networkMode: 'host' }),
    message: 'Links are not supported when networkMode=host.',
  },
  {
    rule: 'a link that is none',
    source: 'ours',
    input: two({ links: ['db:a:b'] }, {}),
    message: "Invalid 'links' setting for container 'app'.",
  },
  {
    rule: 'a link to an unknown container',
    source: 'ours',
    input: two({ links: ['nope:db'] }, {}),
    message: "Cannot link to container 'nope' because it does not exist",
  },
  {
    rule: 'links that go round',
    source: 'issues',
    input: two({ links: ['db:other'] }, { links: ['app'] }),
    message: 'Container links should not have a cycle',
  },
]);
