import { validationError } from '../errors.ts';
import { isObject, own } from '../json.ts';
import { isText, isUnknown, type Node, unknown } from '../nodes.ts';
import type { TemplateFunction } from '../scope.ts';
import { found } from './references.ts';

const KEYS = ['StackName', 'OutputName', 'Region', 'RoleArn'];

/** The wording is ours. */
const wrongArgument = (): Error =>
  validationError(
    'Template error: every Fn::GetStackOutput object requires a StackName and an OutputName, and may have a Region and a RoleArn',
  );

/**
 * An output of another stack, exported or not. Source: the template reference, "Fn::GetStackOutput". The account is the
 * one of RoleArn; nothing is asked for the role.
 */
export const getStackOutput: TemplateFunction = {
  check: (argument) => {
    if (
      !isObject(argument) ||
      own(argument, 'StackName') === undefined ||
      own(argument, 'OutputName') === undefined
    )
      throw wrongArgument();
    if (Object.keys(argument).some((key) => !KEYS.includes(key))) throw wrongArgument();
  },
  evaluate: (argument, scope) => {
    const nodeOf = (key: string): Node | undefined => {
      const written = isObject(argument) ? own(argument, key) : undefined;
      return written === undefined ? undefined : scope.evaluate(written);
    };
    const nodes: readonly (Node | undefined)[] = [
      nodeOf('StackName'),
      nodeOf('OutputName'),
      nodeOf('Region') ?? scope.pseudo.region,
      nodeOf('RoleArn') ?? '',
    ];
    if (nodes.some((node) => node !== undefined && isUnknown(node))) return unknown();
    const [stackName = '', outputName = '', region = '', roleArn = ''] = nodes.map((node) => {
      if (node === undefined || !isText(node)) throw wrongArgument();
      return String(node);
    });
    const node = found(
      scope.surroundings.stackOutputOf({
        stackName,
        outputName,
        region,
        accountId: /^arn:[^:]*:iam::(\d{12}):/.exec(roleArn)?.[1] ?? scope.pseudo.accountId,
      }),
    );
    // The wording is ours.
    if (node === undefined)
      throw validationError(`Stack ${stackName} in ${region} has no output ${outputName}.`);
    return node;
  },
};
