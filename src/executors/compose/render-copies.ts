import { type ComposeProject, type ComposeService } from './interpolation.ts';
import { PAUSE_SERVICE } from './names.ts';

type Services = NonNullable<ComposeProject['services']>;

/**
 * A task's services as often as a service has tasks. Compose's own `scale` does it, but where containers share what one
 * of them holds: all copies would share the first one's, so each copy is written out with its own, as `web.1`, `web.2`.
 * No container of a definition has a dot in its name.
 */
export function copiesOf(services: Services, count: number): Services {
  if (!(PAUSE_SERVICE in services) || count <= 1)
    return mapServices(services, ([name, service]) => [name, { ...service, scale: count }]);
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  return Object.assign(
    {},
    ...numbers.map((number) =>
      mapServices(services, ([name, service]) => [`${name}.${number}`, copyOf(service, number)]),
    ),
  ) as Services;
}

const mapServices = (
  services: Services,
  map: (entry: [string, ComposeService]) => [string, ComposeService],
): Services => Object.fromEntries(Object.entries(services).map(map));

/** One of several copies: what it names of the others is of the same copy, and host ports are any. */
function copyOf(service: ComposeService, number: number): ComposeService {
  const { network_mode, pid, ipc, links, depends_on, volumes_from, ports } = service;
  const joined = (mode: string): string => (mode.startsWith('service:') ? `${mode}.${number}` : mode);
  const named = (reference: string): string => reference.replace(/^[^:]+/, `$&.${number}`);
  return {
    ...service,
    ...(typeof network_mode === 'string' && { network_mode: joined(network_mode) }),
    ...(typeof pid === 'string' && { pid: joined(pid) }),
    ...(typeof ipc === 'string' && { ipc: joined(ipc) }),
    // A link keeps the name that it gives.
    ...(links && {
      links: links.map((link) => (link.includes(':') ? named(link) : `${named(link)}:${link}`)),
    }),
    ...(volumes_from && { volumes_from: volumes_from.map(named) }),
    ...(depends_on &&
      !Array.isArray(depends_on) && {
        depends_on: Object.fromEntries(
          Object.entries(depends_on).map(([name, condition]) => [named(name), condition]),
        ),
      }),
    ...(ports && { ports: ports.map(withoutHostPort) }),
  };
}

function withoutHostPort<T>(port: T): T {
  if (typeof port !== 'object' || port === null) return port;
  const members = Object.entries(port).filter(([name]) => name !== 'published');
  return Object.fromEntries(members) as T;
}
