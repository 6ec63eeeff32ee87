import { expect, test } from 'vitest';
import { comparedFields } from '../../app/audit/comparison.ts';
import { actionLabel, LABELLED_ACTIONS } from '../../app/audit/labels.he.ts';
import { dayBegins, dayEnds } from '../../app/business-day.server.ts';
import { deviceOf } from '../../app/device.ts';
import { errorText } from '../../app/errors.he.ts';
import { eventLabel, roleLabel } from '../../app/labels.he.ts';
import { settingsRegistry } from '../../domain/settings/index.ts';
import { plugins } from '../../plugins/index.ts';
import { SOURCES } from '../helpers/settings-sources.ts';
import { auditedDeeds } from '../isolation/deeds.ts';

test('every action that is audited has Hebrew words', async () => {
  const actions = await auditedDeeds();
  expect(actions).toContain('settings.updated');
  expect(actions.filter((action) => !LABELLED_ACTIONS.includes(action))).toEqual([]);
});

test('a change is told in the words of the settings page', () => {
  const registry = settingsRegistry(SOURCES);
  const fields = comparedFields(
    { agent_name: '', bot_speaks_first: false },
    { agent_name: 'נועה', bot_speaks_first: true },
    registry,
  );
  expect(fields).toEqual([
    { key: 'agent_name', label: 'שם הסוכן', before: null, after: 'נועה' },
    {
      key: 'bot_speaks_first',
      label: registry.entries.get('bot_speaks_first')?.field.label,
      before: 'לא',
      after: 'כן',
    },
  ]);
  expect(comparedFields(null, { counts: { calls: 2 } }, registry)[0]).toMatchObject({
    before: null,
    after: 'שיחות: 2',
  });
});

test('the details a business collects and the events it sends are told in words', () => {
  const detail = { key: 'budget', label: 'תקציב', kind: 'number', ask: 'always', options: [], removed: false };
  const rooms = { ...detail, key: 'rooms', label: 'חדרים', kind: 'choice', options: ['3', '4'], ask: 'when_relevant' };
  const [details, events] = comparedFields(
    null,
    { custom_lead_fields: [detail, rooms, { ...detail, removed: true }], events: ['call.completed', 'lead.created'] },
    settingsRegistry(plugins),
  );
  expect(details?.after?.split('\n')).toEqual([
    'תקציב: מספר, בכל שיחה',
    'חדרים: בחירה מרשימה, 3 / 4, רק אם עולה בשיחה',
    'תקציב: מספר, הוסר',
  ]);
  expect(events?.after).toBe('שיחה הסתיימה, ליד חדש');
});

test.each(['constructor', 'toString', '__proto__'])('what is called %s has no words, and is shown as it is', (name) => {
  const registry = settingsRegistry(SOURCES);
  expect(comparedFields(null, JSON.parse(`{"${name}":"${name}"}`), registry)[0]).toMatchObject({
    label: name,
    after: name,
  });
  expect([actionLabel(name), eventLabel(name), roleLabel(name)]).toEqual([name, name, name]);
  expect(errorText(name)).toBe(errorText('no-such-code'));
});

test.each([
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36', 'Chrome ב־Windows'],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Safari/604.1',
    'Safari ב־iPhone',
  ],
  ['curl/8.5.0', 'curl/8.5.0'],
  ['', 'מכשיר לא מזוהה'],
])('a device is told in two words', (userAgent, name) => expect(deviceOf(userAgent)).toBe(name));

test.each([
  ['2026-01-10', '2026-01-09T22:00:00.000Z', '2026-01-10T22:00:00.000Z'],
  // The clocks go forward in the night before this day's morning.
  ['2026-03-27', '2026-03-26T22:00:00.000Z', '2026-03-27T21:00:00.000Z'],
  ['2026-02-31x', undefined, undefined],
])('the day %s begins and ends by the clock of the business', (day, begins, ends) => {
  expect(dayBegins(day, 'Asia/Jerusalem')?.toISOString()).toBe(begins);
  expect(dayEnds(day, 'Asia/Jerusalem')?.toISOString()).toBe(ends);
});
