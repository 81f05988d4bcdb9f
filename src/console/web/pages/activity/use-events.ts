import { useEffect, useState } from 'react';
import type { EcsEvent } from '../../../../model/ecs-event.ts';
import { useScope } from '../../aws/scope.ts';

/** As many as the sidecar keeps; see src/store/ecs/events.ts. */
const MAX_EVENTS = 10_000;
const COLLECT_MS = 200;

export type SeenEvent = EcsEvent & { readonly sequence: number };

const DETAIL_TYPES: readonly EcsEvent['detail-type'][] = [
  'ECS Task State Change',
  'ECS Container Instance State Change',
  'ECS Deployment State Change',
  'ECS Service Action',
  'ECS Task Reload',
];

/** All events that are kept and those that come, of the chosen account and region; undefined before the first answer. */
export function useEvents(): readonly SeenEvent[] | undefined {
  const { scope } = useScope();
  const [events, setEvents] = useState<readonly SeenEvent[]>();
  useEffect(() => {
    const source = new EventSource('/_ecsidecar/events?after=0');
    let waiting: SeenEvent[] = [];
    let timer: number | undefined;
    const flush = (): void => {
      timer = undefined;
      const batch = waiting;
      waiting = [];
      setEvents((seen = []) => [...seen, ...batch].slice(-MAX_EVENTS));
    };
    const take = ({ data, lastEventId }: MessageEvent<string>): void => {
      const event = JSON.parse(data) as EcsEvent;
      if (event.account !== scope.account || event.region !== scope.region) return;
      waiting.push({ ...event, sequence: Number(lastEventId) });
      timer ??= window.setTimeout(flush, COLLECT_MS);
    };
    for (const type of DETAIL_TYPES) source.addEventListener(type, take);
    source.addEventListener('open', () => {
      timer ??= window.setTimeout(flush, COLLECT_MS);
    });
    return () => {
      source.close();
      window.clearTimeout(timer);
      setEvents(undefined);
    };
  }, [scope]);
  return events;
}
