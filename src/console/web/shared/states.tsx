import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Spinner from '@cloudscape-design/components/spinner';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { AwsCallError } from '../aws/call.ts';

/** Something is on its way. */
export function Loading() {
  return (
    <Box textAlign="center" padding="xxl">
      <Spinner size="large" /> <Box variant="span">Loading</Box>
    </Box>
  );
}

/** What AWS refused, in its words. */
export function Failure({ error, onRetry }: { readonly error: Error; readonly onRetry?: () => void }) {
  return (
    <Alert
      type="error"
      header={error instanceof AwsCallError ? error.code : 'Error'}
      action={onRetry && <Button onClick={onRetry}>Try again</Button>}
    >
      {error.message}
    </Alert>
  );
}

/** There is nothing of it yet. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <Box textAlign="center" color="inherit" padding="s">
      <Box variant="strong" color="inherit">
        {title}
      </Box>
      {children !== undefined && (
        <Box variant="p" color="text-body-secondary">
          {children}
        </Box>
      )}
    </Box>
  );
}

/** What a query answered, or that it is loading or failed. */
export function Answered<T>({
  query,
  children,
}: {
  readonly query: UseQueryResult<T>;
  readonly children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  return <Loading />;
}
