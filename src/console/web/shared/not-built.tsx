import Box from '@cloudscape-design/components/box';
import { Page } from './page.tsx';

export function NotBuilt({ title }: { readonly title: string }) {
  return (
    <Page title={title}>
      <Box variant="p">This page is not built yet.</Box>
    </Page>
  );
}
