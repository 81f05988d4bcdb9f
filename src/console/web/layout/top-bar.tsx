import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import TopNavigation from '@cloudscape-design/components/top-navigation';
import { useState } from 'react';
import { useHref, useNavigate } from 'react-router';
import { isAccount, isRegion, REGIONS, useScope } from '../aws/scope.ts';
import { THEMES, useTheme } from './theme.ts';

const OTHER = 'other';

/** Account and region, the theme and the help. */
export function TopBar() {
  const navigate = useNavigate();
  const home = useHref('/');
  const { scope, choose } = useScope();
  const [theme, chooseTheme] = useTheme();
  const [isChoosing, setChoosing] = useState(false);
  return (
    <>
      <TopNavigation
        identity={{
          href: home,
          title: 'ecsidecar',
          onFollow: (event) => {
            event.preventDefault();
            void navigate('/');
          },
        }}
        utilities={[
          {
            type: 'menu-dropdown',
            text: scope.region,
            ariaLabel: `Region: ${scope.region}`,
            description: `Account ${scope.account}`,
            items: [
              { id: OTHER, text: 'Other account or region…' },
              { text: 'Regions', items: REGIONS.map((region) => ({ id: region, text: region })) },
            ],
            onItemClick: ({ detail: { id } }) => {
              if (id === OTHER) setChoosing(true);
              else choose({ ...scope, region: id });
            },
          },
          {
            type: 'menu-dropdown',
            iconName: 'settings',
            ariaLabel: 'Theme',
            title: 'Theme',
            items: THEMES.map((id) => ({
              id,
              text: THEME_NAMES[id],
              itemType: 'checkbox',
              checked: id === theme,
            })),
            onItemClick: ({ detail: { id } }) => {
              chooseTheme(THEMES.find((known) => known === id) ?? 'system');
            },
          },
        ]}
      />
      {isChoosing && (
        <ScopeChooser
          onEnd={() => {
            setChoosing(false);
          }}
        />
      )}
    </>
  );
}

const THEME_NAMES = { system: 'As the system', light: 'Light', dark: 'Dark' } as const;

function ScopeChooser({ onEnd }: { readonly onEnd: () => void }) {
  const { scope, choose } = useScope();
  const [account, setAccount] = useState(scope.account);
  const [region, setRegion] = useState(scope.region);
  const isGood = isAccount(account) && isRegion(region);
  const save = (): void => {
    if (!isGood) return;
    choose({ account, region });
    onEnd();
  };
  return (
    <Modal
      visible
      header="Account and region"
      onDismiss={onEnd}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onEnd}>
              Cancel
            </Button>
            <Button variant="primary" disabled={!isGood} onClick={save}>
              Choose
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="l">
        <FormField
          label="Account"
          description="Accounts and regions are namespaces: each has its own resources. A client chooses the account by its access key."
          errorText={isAccount(account) ? undefined : 'An account has twelve digits.'}
        >
          <Input
            value={account}
            onChange={({ detail }) => {
              setAccount(detail.value.trim());
            }}
          />
        </FormField>
        <FormField label="Region" errorText={isRegion(region) ? undefined : 'For example: eu-central-1.'}>
          <Input
            value={region}
            onChange={({ detail }) => {
              setRegion(detail.value.trim());
            }}
          />
        </FormField>
      </SpaceBetween>
    </Modal>
  );
}
