import { bindActions, type Api } from '../../model/api.ts';
import { lowerFirst, sharedRefusals } from '../../model/violation.ts';
import type { SsmDependencies } from './dependencies.ts';
import { violation } from './errors.ts';
import { getParameter, getParameterHistory, getParameters, getParametersByPath } from './get-parameters.ts';
import {
  deleteParameter,
  deleteParameters,
  describeParameters,
  labelParameterVersion,
  unlabelParameterVersion,
} from './manage-parameters.ts';
import { putParameter } from './put-parameter.ts';
import { addTagsToResource, listTagsForResource, removeTagsFromResource } from './tags.ts';
import { ssmHead } from './wire.ts';

/** Every action that is built, by its AWS name. */
export const operations = {
  PutParameter: putParameter,
  GetParameter: getParameter,
  GetParameters: getParameters,
  GetParametersByPath: getParametersByPath,
  GetParameterHistory: getParameterHistory,
  DescribeParameters: describeParameters,
  DeleteParameter: deleteParameter,
  DeleteParameters: deleteParameters,
  LabelParameterVersion: labelParameterVersion,
  UnlabelParameterVersion: unlabelParameterVersion,
  AddTagsToResource: addTagsToResource,
  RemoveTagsFromResource: removeTagsFromResource,
  ListTagsForResource: listTagsForResource,
} as const;

/** Systems Manager's Parameter Store, served where there is no upstream. */
export function createSsmApi(dependencies: SsmDependencies): Api {
  return {
    ...ssmHead,
    actions: bindActions(operations, dependencies),
    schema: 'ssm',
    ...sharedRefusals((shown, path, rule) => violation(shown, lowerFirst(path), rule)),
  };
}
