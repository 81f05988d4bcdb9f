import AppLayout from '@cloudscape-design/components/app-layout';
import Flashbar from '@cloudscape-design/components/flashbar';
import SideNavigation from '@cloudscape-design/components/side-navigation';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { Outlet, useHref, useLocation, useNavigate } from 'react-router';
import { AwsCallError } from '../aws/call.ts';
import { ChangesContext, listenForChanges, type ChangesListener, type WatchChanges } from '../aws/changes.ts';
import { createRefetch } from '../aws/queries.ts';
import { ScopeContext } from '../aws/scope.ts';
import { useAddressedScope } from './addressed-scope.ts';
import { NoticesContext, type Notice, type Notices } from './notices.ts';
import { focusSearchBySlash } from './search-key.ts';
import { TopBar } from './top-bar.tsx';

const AREAS = [
  { text: 'Clusters', path: '/clusters' },
  { text: 'Task definitions', path: '/task-definitions' },
  { text: 'Services', path: '/services' },
  { text: 'Tasks', path: '/tasks' },
  { text: 'Logs', path: '/logs' },
  { text: 'Events', path: '/activity' },
  { text: 'Doctor', path: '/doctor' },
] as const;

/** What is around every page. */
export function Shell() {
  const scopes = useAddressedScope();
  const { scope } = scopes;
  const { notices, shown, dismiss } = useNoticeList();
  const { isConnected, watchChanges } = useChanges();
  const [isNavigationOpen, setNavigationOpen] = useState(() => window.innerWidth > 900);
  useEffect(focusSearchBySlash, []);
  const lost = {
    id: 'connection',
    type: 'warning',
    loading: true,
    content: 'The connection to the sidecar is lost; what is shown may be out of date. Connecting again…',
  } as const;
  return (
    <ScopeContext.Provider value={scopes}>
      <NoticesContext.Provider value={notices}>
        <div id="top">
          <TopBar />
        </div>
        <AppLayout
          headerSelector="#top"
          toolsHide
          navigation={<Areas />}
          navigationOpen={isNavigationOpen}
          onNavigationChange={({ detail }) => {
            setNavigationOpen(detail.open);
          }}
          notifications={
            <Flashbar
              stackItems
              items={[
                ...(isConnected ? [] : [lost]),
                ...shown.map(({ id, type, header, text }) => ({
                  id,
                  type,
                  header,
                  content: text,
                  dismissible: true,
                  dismissLabel: 'Dismiss',
                  onDismiss: () => {
                    dismiss(id);
                  },
                })),
              ]}
            />
          }
          // What a page holds is of one account and region: another scope is another page.
          content={
            <ChangesContext.Provider value={watchChanges}>
              <Outlet key={`${scope.account}/${scope.region}`} />
            </ChangesContext.Provider>
          }
        />
      </NoticesContext.Provider>
    </ScopeContext.Provider>
  );
}

function Areas() {
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const base = useHref('/').replace(/\/$/, '');
  const active = AREAS.find(({ path }) => pathname === path || pathname.startsWith(`${path}/`));
  return (
    <SideNavigation
      header={{ text: 'Elastic Container Service', href: `${base}/clusters` }}
      activeHref={active && base + active.path}
      items={AREAS.map(({ text, path }) => ({ type: 'link', text, href: base + path }))}
      onFollow={(event) => {
        event.preventDefault();
        void navigate(event.detail.href.slice(base.length));
      }}
    />
  );
}

/** Results leave by themselves when there are this many newer ones. */
const MAX_NOTICES = 5;

function useNoticeList() {
  const [shown, setShown] = useState<readonly Notice[]>([]);
  const dismiss = useCallback((id: string) => {
    setShown((all) => all.filter((notice) => notice.id !== id));
  }, []);
  const notices = useMemo((): Notices => {
    const add = (notice: Omit<Notice, 'id'>): void => {
      setShown((all) => [{ ...notice, id: newId() }, ...all].slice(0, MAX_NOTICES));
    };
    return {
      success: (text) => {
        add({ type: 'success', text });
      },
      warning: (text) => {
        add({ type: 'warning', text });
      },
      failure: (error) => {
        add({
          type: 'error',
          header: error instanceof AwsCallError ? error.code : 'Error',
          text: error.message,
        });
      },
    };
  }, []);
  return { notices, shown, dismiss };
}

/** `crypto.randomUUID` is there on https and localhost alone. */
const newId = (): string => crypto.getRandomValues(new Uint32Array(2)).join('-');

/** Refetches what changed, and tells who watches; whether the sidecar can be heard. */
function useChanges(): { readonly isConnected: boolean; readonly watchChanges: WatchChanges } {
  const client = useQueryClient();
  const [isConnected, setConnected] = useState(true);
  const [listeners] = useState(() => new Set<ChangesListener['onChange']>());
  const watchChanges = useCallback<WatchChanges>(
    (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    [listeners],
  );
  useEffect(() => {
    const refetch = createRefetch(client);
    return listenForChanges({
      onChange: (kinds) => {
        refetch(kinds);
        for (const listener of listeners) listener(kinds);
      },
      onConnection: setConnected,
    });
  }, [client, listeners]);
  return { isConnected, watchChanges };
}
