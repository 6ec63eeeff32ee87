export {
  addWebhook,
  changeWebhook,
  endOverlap,
  OVERLAP_MS,
  removeWebhook,
  rotateSecret,
  switchDestination,
  webhookChoice,
  webhookUrl,
  type Managing,
  type WebhookChoice,
} from './manage.ts';
export { destinationsOf, type DestinationHealth } from './read.ts';
export { mondayTest, sendTest } from './send-test.ts';
