import type { PlacementConstraint, PlacementStrategy } from '@aws-sdk/client-ecs';
import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { choiceOf, fieldsOf, type FieldsProps } from '../../shared/fields.tsx';
import { RowsEditor, type RowPart } from '../../shared/rows-editor.tsx';
import type { LaunchDraft } from './draft.ts';

/** On which container instances tasks are placed; of no meaning on Fargate. */
export function PlacementFields({ draft, set }: FieldsProps<LaunchDraft>) {
  const field = fieldsOf({ draft, set });
  return (
    <SpaceBetween size="m">
      <FormField
        stretch
        label="Placement strategy"
        description="Rules apply in this order. spread and binpack have a field, such as instanceId, attribute:ecs.availability-zone or memory."
      >
        <RowsEditor
          name="rule"
          rows={draft.placementStrategy}
          parts={STRATEGY_PARTS}
          added={{ type: 'spread', field: 'attribute:ecs.availability-zone' }}
          nameOf={({ type = '' }) => type}
          empty="ECS chooses"
          max={5}
          onChange={field('placementStrategy').onChange}
        />
      </FormField>
      <FormField
        stretch
        label="Placement constraints"
        description="memberOf has an expression of the cluster query language, such as attribute:ecs.os-type == linux."
      >
        <RowsEditor
          name="constraint"
          rows={draft.placementConstraints}
          parts={CONSTRAINT_PARTS}
          added={{ type: 'distinctInstance' }}
          nameOf={({ type = '' }) => type}
          empty="None"
          max={10}
          onChange={field('placementConstraints').onChange}
        />
      </FormField>
    </SpaceBetween>
  );
}

const STRATEGIES = ['spread', 'binpack', 'random'] as const;
const CONSTRAINTS = ['distinctInstance', 'memberOf'] as const;

const STRATEGY_PARTS: readonly RowPart<PlacementStrategy>[] = [
  {
    label: 'Rule',
    choices: () => STRATEGIES.map(choiceOf),
    valueOf: ({ type = '' }) => type,
    put: (rule, text) => ({ ...rule, type: STRATEGIES.find((type) => type === text) }),
  },
  {
    label: 'Field',
    valueOf: ({ type, field = '' }) => (type === 'random' ? '' : field),
    put: (rule, field) => ({ ...rule, field }),
  },
];

const CONSTRAINT_PARTS: readonly RowPart<PlacementConstraint>[] = [
  {
    label: 'Constraint',
    choices: () => CONSTRAINTS.map(choiceOf),
    valueOf: ({ type = '' }) => type,
    put: (rule, text) => ({ ...rule, type: CONSTRAINTS.find((type) => type === text) }),
  },
  {
    label: 'Expression',
    valueOf: ({ type, expression = '' }) => (type === 'memberOf' ? expression : ''),
    put: (rule, expression) => ({ ...rule, expression }),
  },
];
