import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import { plural } from './plural.ts';

/** Asks before something is deleted (or deregistered, or stopped: `verb`). */
export function ConfirmDelete({
  what,
  kind,
  verb = 'Delete',
  isBusy,
  onConfirm,
  onCancel,
  children,
}: {
  /** The names of what goes. */
  readonly what: readonly string[];
  /** e.g. `cluster`. */
  readonly kind: string;
  readonly verb?: string;
  readonly isBusy: boolean;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
  /** What else there is to say or to choose. */
  readonly children?: ReactNode;
}) {
  return (
    <Modal
      visible
      onDismiss={onCancel}
      header={`${verb} ${what.length === 1 ? kind : `${what.length} ${plural(kind)}`}?`}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onCancel}>
              Cancel
            </Button>
            <Button variant="primary" loading={isBusy} onClick={onConfirm}>
              {verb}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="s">
        <ul>
          {what.map((name) => (
            <li key={name}>{name}</li>
          ))}
        </ul>
        {children}
      </SpaceBetween>
    </Modal>
  );
}
