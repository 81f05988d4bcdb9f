import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Form from '@cloudscape-design/components/form';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { failureText } from './failure-text.ts';

/** The frame of the fields: the buttons below, and what was refused. */
export function ResourceForm({
  submitText,
  isBusy,
  error,
  onSubmit,
  cancelTo,
  children,
}: {
  readonly submitText: string;
  readonly isBusy: boolean;
  readonly error: Error | null;
  readonly onSubmit: () => void;
  /** Address of the page to go back to. */
  readonly cancelTo: string;
  readonly children: ReactNode;
}) {
  const navigate = useNavigate();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <Form
        errorText={error && failureText(error)}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button formAction="none" variant="link" onClick={() => void navigate(cancelTo)}>
              Cancel
            </Button>
            <Button variant="primary" loading={isBusy}>
              {submitText}
            </Button>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="l">{children}</SpaceBetween>
      </Form>
    </form>
  );
}

/** Fields that belong together. */
export function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Container header={<Header variant="h2">{title}</Header>}>
      <SpaceBetween size="m">{children}</SpaceBetween>
    </Container>
  );
}

/** Fields that few need: folded up until somebody looks for them. */
export function FoldedSection({
  title,
  description,
  isOpen = false,
  children,
}: {
  readonly title: string;
  readonly description?: string;
  /** At first. */
  readonly isOpen?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <ExpandableSection
      variant="container"
      headerText={title}
      headingTagOverride="h2"
      headerDescription={description ?? ''}
      defaultExpanded={isOpen}
    >
      <SpaceBetween size="m">{children}</SpaceBetween>
    </ExpandableSection>
  );
}
