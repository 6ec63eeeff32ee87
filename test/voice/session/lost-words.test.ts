import { expect, test } from 'vitest';
import { z } from 'zod';
import { bargeIn } from '../../../plugins/barge-in/index.ts';
import { defineTool } from '../../../voice/plugin.ts';
import { call } from '../../helpers/call-harness.ts';
import { testPlugin } from '../../helpers/test-plugin.ts';

const WORDS = 'אחת שתיים שלוש ארבע חמש שש שבע שמונה';

test('a short answer over the agent’s last word is answered although its transcription never comes', async () => {
  const story = call();
  await story.callerSays('שלום, יש לי שאלה', { ms: 900 });
  story.model.says({ text: WORDS, ms: 4000 });
  await story.elapse(3300);
  const item = await story.startsSpeaking();
  await story.elapse(380);
  story.voice = false;
  story.commits(item);
  expect(story.model.given('create_response')).toHaveLength(1);
  await story.elapse(3500);
  expect(story.model.given('create_response')).toHaveLength(2);
});
