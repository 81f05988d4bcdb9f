import type { Change, ResourceChangeDetail } from '@aws-sdk/client-cloudformation';
import type { Comparison } from '../engine/compare.ts';
import type { PropertyChange } from '../template/diff.ts';

/** Changes as DescribeChangeSet answers them. */
export const changeShapes = ({ changes, physicalIdOf }: Comparison): Change[] =>
  changes.map((change): Change => {
    const { action, logicalId, type } = change;
    const physicalId = action === 'Add' ? undefined : physicalIdOf(logicalId);
    return {
      Type: 'Resource',
      ResourceChange: {
        ...(action === 'Remove' && { PolicyAction: 'Delete' }),
        ...(action === 'Modify' && change.replacement === 'True' && { PolicyAction: 'ReplaceAndDelete' }),
        Action: action,
        LogicalResourceId: logicalId,
        ...(physicalId !== undefined && { PhysicalResourceId: physicalId }),
        ResourceType: type,
        ...(action === 'Modify' && { Replacement: change.replacement }),
        Scope:
          action === 'Modify'
            ? [...(change.properties.length > 0 ? (['Properties'] as const) : []), ...change.attributes]
            : [],
        Details:
          action === 'Modify'
            ? [
                ...change.properties.map(propertyDetail),
                ...change.attributes.map((Attribute): ResourceChangeDetail => ({
                  Target: { Attribute, RequiresRecreation: 'Never' },
                  Evaluation: 'Static',
                  ChangeSource: 'DirectModification',
                })),
              ]
            : [],
      },
    };
  });

const propertyDetail = ({
  path,
  kind,
  before,
  after,
  recreation,
  isDynamic,
}: PropertyChange): ResourceChangeDetail => ({
  Target: {
    Attribute: 'Properties',
    ...(path[0] !== undefined && { Name: path[0] }),
    RequiresRecreation: recreation,
    Path: ['', 'Properties', ...path].join('/'),
    ...(before !== undefined && { BeforeValue: before }),
    ...(after !== undefined && { AfterValue: after }),
    AttributeChangeType: kind,
  },
  Evaluation: isDynamic ? 'Dynamic' : 'Static',
  ChangeSource: 'DirectModification',
});

/** The same without values: they are shown only where they are asked for. */
export const withoutValues = (changes: readonly Change[]): Change[] =>
  changes.map(({ ResourceChange: change, ...rest }) => ({
    ...rest,
    ...(change && {
      ResourceChange: {
        ...change,
        Details: (change.Details ?? []).map(({ Target, ...detail }) => {
          const { BeforeValue: _before, AfterValue: _after, ...target } = Target ?? {};
          return { ...detail, Target: target };
        }),
      },
    }),
  }));
