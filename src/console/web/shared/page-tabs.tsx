import Tabs from '@cloudscape-design/components/tabs';
import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router';

export type PageTab = { readonly id: string; readonly label: string; readonly content: () => ReactNode };

/** Tabs whose choice is part of the address (`?tab=`); what is in them is made when it is shown. */
export function PageTabs({ label, tabs }: { readonly label: string; readonly tabs: readonly PageTab[] }) {
  const [search, setSearch] = useSearchParams();
  const active = tabs.find(({ id }) => id === search.get('tab')) ?? tabs[0];
  return (
    <Tabs
      ariaLabel={label}
      activeTabId={active?.id ?? ''}
      tabs={tabs.map(({ id, label: text, content }) => ({
        id,
        label: text,
        content: id === active?.id ? content() : null,
      }))}
      onChange={({ detail: { activeTabId } }) => {
        // Filters and pages belong to the tab that is left.
        setSearch({ tab: activeTabId }, { replace: true });
      }}
    />
  );
}
