import type {
  ListExportsInput,
  ListExportsOutput,
  ListImportsInput,
  ListImportsOutput,
} from '@aws-sdk/client-cloudformation';
import type { CloudFormationOperation } from '../dependencies.ts';
import { exportsOf, importersOf } from '../engine/wanted.ts';
import { validationError } from '../template/errors.ts';
import { pageAfter } from './describe-stacks.ts';

export const listExports: CloudFormationOperation<ListExportsInput, ListExportsOutput> = (
  { store, caller },
  { NextToken },
) => {
  const all = exportsOf(store, caller)
    .map(({ exportName = '', value, stack }) => ({ id: exportName, value, stackId: stack.id }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const { items, nextToken } = pageAfter(all, NextToken, 'ListExports');
  return {
    Exports: items.map(({ id, value, stackId }) => ({
      ExportingStackId: stackId,
      Name: id,
      Value: value,
    })),
    ...(nextToken !== undefined && { NextToken: nextToken }),
  };
};

export const listImports: CloudFormationOperation<ListImportsInput, ListImportsOutput> = (
  { store, caller },
  { ExportName = '', NextToken },
) => {
  const names = importersOf(store, caller, ExportName);
  // Source: CloudFormation's words.
  if (names.length === 0) throw validationError(`Export '${ExportName}' is not imported by any stack.`);
  const { items, nextToken } = pageAfter(
    names.map((id) => ({ id })),
    NextToken,
    'ListImports',
  );
  return { Imports: items.map(({ id }) => id), ...(nextToken !== undefined && { NextToken: nextToken }) };
};
