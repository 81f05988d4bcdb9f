import { NotBuilt } from '../../shared/not-built.tsx';

export function Component() {
  return <NotBuilt title="Tasks" />;
}
