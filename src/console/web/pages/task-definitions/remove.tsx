import { useState, type ReactNode } from 'react';
import { useWork, inBatches } from '../../aws/queries.ts';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { counted } from '../../shared/plural.ts';

/** DeleteTaskDefinitions takes no more at a time. */
const MAX_DELETED = 10;

export type Removal = 'Deregister' | 'Delete';

/**
 * Deregistering and deleting revisions (`family:revision`): `ask` opens the question, which `dialog` is. `done` is called
 * when they are.
 */
export function useRemoval(done?: (removal: Removal) => void): {
  readonly ask: (removal: Removal, names: readonly string[]) => void;
  readonly dialog: ReactNode;
} {
  const [asked, setAsked] = useState<{ readonly removal: Removal; readonly names: readonly string[] }>();
  const work = useWork(
    async (aws, { removal, names }: { readonly removal: Removal; readonly names: readonly string[] }) => {
      if (removal === 'Deregister') {
        for (const taskDefinition of names) await aws.ecs('DeregisterTaskDefinition', { taskDefinition });
        return;
      }
      const failures = await inBatches(names, MAX_DELETED, async (taskDefinitions) => {
        const answer = await aws.ecs('DeleteTaskDefinitions', { taskDefinitions });
        return answer.failures;
      });
      const [failure] = failures;
      if (failure) throw new Error(`${failure.arn ?? ''}: ${failure.detail ?? failure.reason ?? ''}`);
    },
    ({ removal, names }) =>
      `${counted(names.length, 'revision')} ${removal === 'Delete' ? 'deleted' : 'deregistered'}.`,
  );
  const dialog = asked && (
    <ConfirmDelete
      what={asked.names}
      kind="revision"
      verb={asked.removal}
      isBusy={work.isPending}
      onConfirm={() => {
        work.mutate(asked, {
          onSuccess: () => done?.(asked.removal),
          onSettled: () => {
            setAsked(undefined);
          },
        });
      }}
      onCancel={() => {
        setAsked(undefined);
      }}
    >
      {asked.removal === 'Deregister'
        ? 'Tasks and services that run it go on; new ones cannot use it.'
        : 'It is gone once no task or service uses it.'}
    </ConfirmDelete>
  );
  return {
    ask: (removal, names) => {
      setAsked({ removal, names });
    },
    dialog,
  };
}
