import Alert from '@cloudscape-design/components/alert';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { CodeToCopy } from '../../shared/code/code-to-copy.tsx';
import { Copyable } from '../../shared/copyable.tsx';
import { Answered } from '../../shared/states.tsx';
import { useProject } from './queries.ts';

/** The generated Compose file and the override files as they were used. */
export function ComposeTab({ arn }: { readonly arn: string }) {
  return (
    <Answered query={useProject(arn)}>
      {(project) =>
        typeof project === 'string' ? (
          <Alert type="info">{project}</Alert>
        ) : (
          <SpaceBetween size="m">
            <Container header={<Header variant="h2">Run it by hand</Header>}>
              <KeyValuePairs
                columns={2}
                items={[
                  { label: 'In this folder', value: <Copyable text={project.folder} what="folder" /> },
                  { label: 'Command', value: <Copyable text={project.command} what="command" /> },
                ]}
              />
            </Container>
            {project.files.map(({ name, text }) => (
              <Container key={name} header={<Header variant="h2">{name}</Header>}>
                <CodeToCopy text={text} language="yaml" label={name} />
              </Container>
            ))}
          </SpaceBetween>
        )
      }
    </Answered>
  );
}
