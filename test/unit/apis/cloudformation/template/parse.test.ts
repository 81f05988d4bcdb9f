import t from 'tap';
import { resolveDynamicReferences } from '../../../../../src/apis/cloudformation/template/dynamic-references.ts';
import { diffResources } from '../../../../../src/apis/cloudformation/template/diff.ts';
import { evaluate, KNOWN_AFTER_APPLY } from '../../../../../src/apis/cloudformation/template/evaluate.ts';
import { resolveParameters } from '../../../../../src/apis/cloudformation/template/parameters.ts';
import { parseTemplate } from '../../../../../src/apis/cloudformation/template/parse.ts';
import { prepareTemplate } from '../../../../../src/apis/cloudformation/template/prepare.ts';
import { summarizeTemplate } from '../../../../../src/apis/cloudformation/template/summary.ts';
import { validationError } from '../../../../../src/apis/cloudformation/template/errors.ts';

t.test('what is refused is a ValidationError', (t) => {
  t.equal(validationError('x').code, 'ValidationError');
  t.match(KNOWN_AFTER_APPLY, 'changeSet');
  for (const built of [
    parseTemplate,
    resolveParameters,
    prepareTemplate,
    evaluate,
    resolveDynamicReferences,
    diffResources,
    summarizeTemplate,
  ])
    t.type(built, Function);
  t.end();
});
