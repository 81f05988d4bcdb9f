import { useState, type ReactNode } from 'react';
import { useWork, inBatches } from '../../aws/queries.ts';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { counted } from '../../shared/plural.ts';
import type { Revision } from './queries.ts';

/** DeleteTaskDefinitions takes no more at a time. */
const MAX_DELETED = 10;

/** Only what was deregistered can be deleted; `Remove` does both. */
export type Removal = 'Deregister' | 'Delete' | 'Remove';
type Revisions = readonly Pick<Revision, 'name' | 'status'>[];

/** Deregistering and deleting revisions: `ask` opens the question, which `dialog` is. `done` is called when they are. */
export function useRemoval(done?: (removal: Removal) => void): {
  readonly ask: (removal: Removal, revisions: Revisions) => void;
  readonly dialog: ReactNode;
} {
  const [asked, setAsked] = useState<{ readonly removal: Removal; readonly revisions: Revisions }>();
  const work = useWork(
    async (aws, { removal, revisions }: { readonly removal: Removal; readonly revisions: Revisions }) => {
      if (removal !== 'Delete') {
        const active = revisions.filter(({ status }) => status === 'ACTIVE');
        for (const { name } of active) await aws.ecs('DeregisterTaskDefinition', { taskDefinition: name });
      }
      if (removal === 'Deregister') return;
      const names = revisions.filter(({ status }) => status !== 'DELETE_IN_PROGRESS').map(({ name }) => name);
      const failures = await inBatches(names, MAX_DELETED, async (taskDefinitions) => {
        const answer = await aws.ecs('DeleteTaskDefinitions', { taskDefinitions });
        return answer.failures;
      });
      const [failure] = failures;
      if (failure) throw new Error(`${failure.arn ?? ''}: ${failure.detail ?? failure.reason ?? ''}`);
    },
    ({ removal, revisions }) =>
      `${counted(revisions.length, 'revision')} ${removal === 'Deregister' ? 'deregistered' : 'deleted'}.`,
  );
  const dialog = asked && (
    <ConfirmDelete
      what={asked.revisions.map(({ name }) => name)}
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
      {TEXTS[asked.removal]}
    </ConfirmDelete>
  );
  return {
    ask: (removal, revisions) => {
      setAsked({ removal, revisions });
    },
    dialog,
  };
}

const TEXTS = {
  Deregister: 'Tasks and services that run it go on; new ones cannot use it.',
  Delete: 'It is gone once no task or service uses it.',
  Remove: 'They are deregistered and deleted: gone once no task or service uses them.',
} as const satisfies Record<Removal, string>;
