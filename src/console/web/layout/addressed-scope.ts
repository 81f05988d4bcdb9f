import { useEffect, useMemo, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { scopeIn, storedScope, storeScope, withScope, type Scope } from '../aws/scope.ts';

/**
 * The scope, which is part of every address, so that a link that was copied opens the same thing in another browser. An
 * address without one, such as those of links within the page, is given the scope that the window has.
 */
export function useAddressedScope(): { readonly scope: Scope; readonly choose: (scope: Scope) => void } {
  const location = useLocation();
  const navigate = useNavigate();
  const asked = scopeIn(location.search);
  const [last, setLast] = useState(() => asked ?? storedScope());
  const { account, region } = asked ?? last;
  if (account !== last.account || region !== last.region) setLast({ account, region });
  useEffect(() => {
    const scope = { account, region };
    storeScope(scope);
    const { pathname, search, hash } = window.location;
    if (scopeIn(search)) return;
    // Not by the router: that would cut off a navigation that is under way.
    window.history.replaceState(window.history.state, '', pathname + withScope(search, scope) + hash);
  }, [location, account, region]);
  return useMemo(
    () => ({
      scope: { account, region },
      choose: (chosen) => void navigate({ search: withScope(window.location.search, chosen) }),
    }),
    [account, region, navigate],
  );
}
