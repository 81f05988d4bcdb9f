import SpaceBetween from '@cloudscape-design/components/space-between';
import { CheckField, fieldsOf, SelectField, type FieldsProps } from '../../shared/fields.tsx';
import { FoldedSection, Section } from '../../shared/resource-form.tsx';
import { TagsEditor } from '../../shared/tags.tsx';
import { PlacementFields } from '../launch/placement-fields.tsx';
import { PROPAGATED, type Draft } from './draft.ts';
import { ConnectFields, LoadBalancerFields, RegistryFields } from './traffic-fields.tsx';

/** The sections that making and updating a service end with. What is in use already is unfolded. */
export function SettingsSections({
  draft,
  set,
  isExternal = false,
}: FieldsProps<Draft> & { readonly isExternal?: boolean }) {
  const props = { draft, set };
  return (
    <SpaceBetween size="l">
      {!isExternal && (
        <SpaceBetween size="l">
          <FoldedSection
            title="Load balancing"
            description="Target groups that the tasks are registered in"
            isOpen={draft.loadBalancers.length > 0}
          >
            <LoadBalancerFields {...props} />
          </FoldedSection>
          <FoldedSection
            title="Service Connect"
            description="Names by which services of a namespace find each other"
            isOpen={draft.connect.enabled === true}
          >
            <ConnectFields {...props} />
          </FoldedSection>
          <FoldedSection
            title="Service discovery"
            description="A service of Cloud Map that the tasks are registered in"
            isOpen={draft.registries.length > 0}
          >
            <RegistryFields {...props} />
          </FoldedSection>
        </SpaceBetween>
      )}
      <FoldedSection
        title="Placement"
        description="On which container instances the tasks run"
        isOpen={draft.placementConstraints.length + draft.placementStrategy.length > 0}
      >
        <PlacementFields {...props} />
      </FoldedSection>
      <FoldedSection title="More" description="ECS Exec, tags that are added">
        <MoreFields {...props} />
      </FoldedSection>
      <Section title="Tags">
        <TagsEditor tags={draft.tags} onChange={fieldsOf(props)('tags').onChange} />
      </Section>
    </SpaceBetween>
  );
}

function MoreFields(props: FieldsProps<Draft>) {
  const field = fieldsOf(props);
  return (
    <SpaceBetween size="m">
      <SelectField
        label="Propagate tags from"
        choices={PROPAGATED.map((value) => ({ value, label: PROPAGATED_LABELS[value] }))}
        {...field('propagateTags')}
      />
      <CheckField label="Enable ECS managed tags" {...field('managesTags')} />
      <CheckField label="Enable ECS Exec" {...field('allowsExec')} />
    </SpaceBetween>
  );
}

const PROPAGATED_LABELS = {
  NONE: 'None',
  SERVICE: 'Service',
  TASK_DEFINITION: 'Task definition',
} as const satisfies Record<(typeof PROPAGATED)[number], string>;
