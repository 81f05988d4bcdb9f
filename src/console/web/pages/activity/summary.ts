import type { EcsEvent } from '../../../../model/ecs-event.ts';

/** What an event says in one line. */
export function summaryOf({ 'detail-type': type, detail }: Pick<EcsEvent, 'detail-type' | 'detail'>): string {
  const text = (name: string): string => (typeof detail[name] === 'string' ? detail[name] : '');
  const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' – ');
  switch (type) {
    case 'ECS Task State Change': {
      const wanted = text('desiredStatus');
      const status = text('lastStatus');
      const way = wanted === '' || wanted === status ? status : `${status}, to be ${wanted}`;
      return joined(way, text('group'), text('stoppedReason'));
    }
    case 'ECS Container Instance State Change':
      return joined(text('status'), text('statusReason'));
    case 'ECS Deployment State Change':
      return joined(text('eventName'), text('deploymentId'), text('reason'));
    case 'ECS Service Action':
      return joined(text('eventName'), text('reason'));
    case 'ECS Task Reload':
      return joined(text('status'), text('containerName'), text('action'), text('reason'));
    default:
      return '';
  }
}

/** The last part of an ARN, by which people know a thing. */
export const nameOf = (arn: string): string => arn.split(':').slice(5).join(':');
