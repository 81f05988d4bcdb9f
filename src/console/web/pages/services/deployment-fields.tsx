import ColumnLayout from '@cloudscape-design/components/column-layout';
import Checkbox from '@cloudscape-design/components/checkbox';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { fieldsOf, SelectField, TextField, CheckField, type FieldsProps } from '../../shared/fields.tsx';
import { STRATEGIES, type Draft } from './draft.ts';

/** How the tasks of a new deployment take the place of the old ones. */
export function DeploymentFields({ draft, set }: FieldsProps<Draft>) {
  const field = fieldsOf({ draft, set });
  const { deploymentStrategy: strategy, schedulingStrategy } = draft;
  const isDaemon = schedulingStrategy === 'DAEMON';
  return (
    <SpaceBetween size="m">
      <SelectField
        label="Deployment strategy"
        choices={STRATEGIES.map((value) => ({ value, label: LABELS[value] }))}
        value={strategy}
        onChange={(deploymentStrategy) => {
          // AWS asks for a bake time; on one's own machine nobody waits for it unless told to.
          set({ deploymentStrategy, bakeMinutes: draft.bakeMinutes || '0' });
        }}
      />
      <StrategyFields draft={draft} set={set} />
      <ColumnLayout columns={2}>
        <TextField
          label="Minimum healthy percent"
          description="Of the desired tasks that stay up while a deployment rolls."
          placeholder={isDaemon ? '0' : '100'}
          isNumber
          {...field('minimumHealthyPercent')}
        />
        <TextField
          label="Maximum percent"
          description="Of the desired tasks that there are at most meanwhile."
          placeholder={isDaemon ? '100' : '200'}
          isNumber
          {...field('maximumPercent')}
        />
      </ColumnLayout>
      <CheckField
        label="Deployment circuit breaker"
        description="A deployment whose tasks fail again and again is given up."
        {...field('breaks')}
      />
      <Checkbox
        checked={draft.breaks && draft.rollsBack}
        disabled={!draft.breaks}
        description="Then the service goes back to what was complete last."
        onChange={({ detail }) => {
          set({ rollsBack: detail.checked });
        }}
      >
        Rollback on failures
      </Checkbox>
    </SpaceBetween>
  );
}

const LABELS = {
  ROLLING: 'Rolling update',
  BLUE_GREEN: 'Blue/green',
  LINEAR: 'Linear',
  CANARY: 'Canary',
} as const satisfies Record<(typeof STRATEGIES)[number], string>;

/** What a strategy has of its own. */
function StrategyFields(props: FieldsProps<Draft>) {
  const field = fieldsOf(props);
  const { deploymentStrategy: strategy } = props.draft;
  if (strategy === 'ROLLING') return null;
  return (
    <ColumnLayout columns={3}>
      <TextField
        label="Bake time"
        description="Minutes in which the old tasks stay up, to go back to."
        isNumber
        {...field('bakeMinutes')}
      />
      {strategy === 'LINEAR' && (
        <>
          <TextField
            label="Step percent"
            description="Of the traffic, with each step."
            placeholder="10"
            isNumber
            {...field('stepPercent')}
          />
          <TextField
            label="Step bake time"
            description="Minutes between steps."
            placeholder="6"
            isNumber
            {...field('stepBakeMinutes')}
          />
        </>
      )}
      {strategy === 'CANARY' && (
        <>
          <TextField
            label="Canary percent"
            description="Of the traffic, which comes first."
            placeholder="5"
            isNumber
            {...field('canaryPercent')}
          />
          <TextField
            label="Canary bake time"
            description="Minutes before the rest comes."
            placeholder="10"
            isNumber
            {...field('canaryBakeMinutes')}
          />
        </>
      )}
    </ColumnLayout>
  );
}
