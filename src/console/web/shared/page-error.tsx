import { useRouteError } from 'react-router';
import { Page } from './page.tsx';
import { Failure } from './states.tsx';

/** Instead of a page that failed; the rest of the window goes on. */
export function PageError() {
  const thrown = useRouteError();
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return (
    <Page title="This page failed">
      <Failure
        error={error}
        onRetry={() => {
          location.reload();
        }}
      />
    </Page>
  );
}
