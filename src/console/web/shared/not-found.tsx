import Box from '@cloudscape-design/components/box';
import { useLocation } from 'react-router';
import { Page } from './page.tsx';
import { RouterLink } from './router-link.tsx';

export function NotFound() {
  const { pathname } = useLocation();
  return (
    <Page title="Page not found">
      <Box variant="p">
        There is no page at <Box variant="code">{pathname}</Box>.{' '}
        <RouterLink to="/clusters">Clusters</RouterLink>
      </Box>
    </Page>
  );
}
