import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { applyEdits, modify } from 'jsonc-parser';

/** What RegisterTaskDefinition takes, while it is typed. */
export type Registration = Partial<RegisterTaskDefinitionRequest>;

/** A definition is typed as JSON; the form changes that text in place, so that nothing of it is lost. */
const FORMATTING = { tabSize: 2, insertSpaces: true, eol: '\n' } as const;

export const START = `${JSON.stringify(
  {
    family: 'my-app',
    containerDefinitions: [
      { name: 'app', image: 'busybox', essential: true, memory: 128, command: ['sleep', '3600'] },
    ],
  },
  undefined,
  2,
)}\n`;

/** The text with this value at this path; undefined takes the member away. */
export function withValue(text: string, path: readonly (string | number)[], value: unknown): string {
  return applyEdits(text, modify(text, [...path], value, { formattingOptions: FORMATTING }));
}

/** The definition of a text, or undefined while it is no object. */
export function parsed(text: string): Registration | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** `8080:80/udp, 443` as port mappings; undefined when it is none. */
export function portsOf(text: string): PortMapping[] | undefined {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  const ports = words.map((word) => /^(?:(\d+):)?(\d+)(?:\/(tcp|udp))?$/.exec(word));
  if (ports.includes(null)) return undefined;
  return ports.map((match) => {
    const [, host, container, protocol] = match ?? [];
    return {
      containerPort: Number(container),
      ...(host !== undefined && { hostPort: Number(host) }),
      ...(protocol !== undefined && { protocol: protocol as 'tcp' | 'udp' }),
    };
  });
}

export type PortMapping = {
  readonly containerPort?: number;
  readonly hostPort?: number;
  readonly protocol?: 'tcp' | 'udp';
};

export const portsText = (ports: readonly PortMapping[]): string =>
  ports
    .map(
      ({ containerPort = '', hostPort, protocol }) =>
        `${hostPort === undefined ? '' : `${hostPort}:`}${containerPort}${protocol === undefined ? '' : `/${protocol}`}`,
    )
    .join(', ');
