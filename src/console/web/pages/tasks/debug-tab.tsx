import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { CodeToCopy } from '../../shared/code/code-to-copy.tsx';
import { Copyable } from '../../shared/copyable.tsx';
import { Empty } from '../../shared/states.tsx';
import type { TaskDetails } from './queries.ts';

/** How to attach a debugger to each container that has one. */
export function DebugTab({ details }: { readonly details: TaskDetails }) {
  const all = details.containers.flatMap(({ name: container, debuggers = [] }) =>
    debuggers.map((one) => ({ container, ...one })),
  );
  if (all.length === 0)
    return (
      <Empty title="No debugger port">
        Start the sidecar with ECS_DOCKER_FLAGS=&quot;-p 0:9229&quot;, or give the container the label
        ecsidecar.docker-flags=-p 0:9229 (9229: Node, 5678: debugpy, 5005: Java, 2345: Delve).
      </Empty>
    );
  return (
    <SpaceBetween size="m">
      {all.map(({ container, kind, attach, vscode }) => (
        <Container
          key={`${container} ${attach}`}
          header={
            <Header variant="h2" description={`Debugger: ${kind}`}>
              {container}
            </Header>
          }
        >
          <SpaceBetween size="s">
            <Copyable text={attach} what="address" />
            <CodeToCopy
              text={JSON.stringify(vscode, null, 2)}
              language="json"
              label="VS Code launch configuration"
            />
          </SpaceBetween>
        </Container>
      ))}
    </SpaceBetween>
  );
}
