import t from 'tap';
import { createHandlers } from '../../../src/apis/cloudformation/resources/registry.ts';
import { RECORDED_TYPES } from '../../../src/apis/cloudformation/resources/recorded-types.ts';
import { VALUE_FUNCTIONS } from '../../../src/apis/cloudformation/template/functions/table.ts';
import { cloudFormationTables } from '../../../src/setup/cloudformation-tables.ts';

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
