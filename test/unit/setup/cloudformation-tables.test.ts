import t from 'tap';
import { createHandlers } from '../../../src/apis/cloudformation/resources/registry.ts';
import { RECORDED_TYPES } from '../../../src/apis/cloudformation/resources/recorded-types.ts';
import {
  NOT_BUILT_FUNCTIONS,
  VALUE_FUNCTIONS,
} from '../../../src/apis/cloudformation/template/functions/table.ts';
import { parseTemplate } from '../../../src/apis/cloudformation/template/parse.ts';
import { prepareTemplate } from '../../../src/apis/cloudformation/template/prepare.ts';
import { cloudFormationTables } from '../../../src/setup/cloudformation-tables.ts';
import { pseudo } from '../apis/cloudformation/template/helpers.ts';

// That the README has these tables as they are now is in coverage-table.test.ts.
t.test(
  'every type and every function is in the tables, by the name that it has below its service',
  async (t) => {
    const tables = cloudFormationTables();
    const names = (type: string): string =>
      type
        .split('::')
        .slice(type.startsWith('AWS::') ? 2 : 1)
        .join('::');
    for (const type of [...createHandlers().acting, ...Object.keys(RECORDED_TYPES)])
      t.match(tables, new RegExp(`[|,] ${names(type)}[ ,]`), type);
    for (const name of VALUE_FUNCTIONS.keys()) t.match(tables, `\`${name}\``, name);
  },
);

t.test('what is said not to be built says so itself', (t) => {
  const template = { Resources: { A: { Type: 'T::A::A' } } };
  for (const name of NOT_BUILT_FUNCTIONS) {
    const call = { [name]: name === 'Fn::Transform' ? { Name: 'Mine' } : ['a', 'b'] };
    const written = VALUE_FUNCTIONS.has(name)
      ? { Resources: { A: { Type: 'T::A::A', Properties: { P: call } } } }
      : { ...template, Rules: { R: { Assertions: [{ Assert: { 'Fn::Contains': [call, 'a'] } }] } } };
    t.throws(
      () => prepareTemplate(parseTemplate(JSON.stringify(written)), new Map(), pseudo),
      { code: 'ValidationError', message: /not built in ecsidecar/ },
      name,
    );
  }
  t.end();
});
