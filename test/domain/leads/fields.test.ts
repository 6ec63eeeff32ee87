import { describe, expect, it } from 'vitest';
import { leadFieldsOf, ownLeadFields } from '../../../domain/leads/index.ts';
import { checkPatch } from '../../../domain/settings/check.ts';
import { settingsRegistry } from '../../../domain/settings/index.ts';
import { plugins } from '../../../plugins/index.ts';

const registry = settingsRegistry(plugins);
const field = (key: string, label: string, more = {}) => ({
  key,
  label,
  kind: 'text',
  options: [],
  ask: 'always',
  removed: false,
  ...more,
});

/** What is stored once `wanted` was saved over `before`. */
function saved(before: readonly unknown[], wanted: readonly unknown[]): unknown {
  const current = { ...registry.defaults, custom_lead_fields: before };
  const checked = checkPatch({ custom_lead_fields: wanted }, registry, { role: 'owner', current });
  return checked.ok ? checked.values['custom_lead_fields'] : checked.fields;
}

describe('a detail that is taken off the list', () => {
  const budget = field('budget', 'תקציב');
  const pets = field('pets', 'חיות');

  it('keeps its name, behind those that are asked for', () => {
    expect(saved([budget, pets], [pets])).toEqual([pets, { ...budget, removed: true }]);
  });

  it('comes back under its key', () => {
    expect(saved([{ ...budget, removed: true }], [budget])).toEqual([budget]);
  });

  it('is forgotten only behind forty others', () => {
    const gone = Array.from({ length: 40 }, (_, index) => field(`gone_${index}`, `פרט ${index}`, { removed: true }));
    const after = saved([budget, ...gone], gone) as { key: string }[];
    expect(after).toHaveLength(40);
    expect(after[0]?.key).toBe('budget');
  });
});

it('every detail has a name: the fixed ones, those of the business, those that were removed', () => {
  const settings = { ...registry.defaults, custom_lead_fields: [field('budget', 'תקציב', { removed: true })] };
  const fields = leadFieldsOf(registry, settings);
  expect(fields[0]).toMatchObject({ key: 'name', label: 'שם מלא', own: false });
  expect(fields.at(-1)).toMatchObject({ key: 'budget', label: 'תקציב', own: true, removed: true });
});

it('what is stored and broken names nothing', () => {
  for (const broken of [undefined, null, 'x', [{ key: 1 }]]) {
    expect(ownLeadFields({ custom_lead_fields: broken })).toEqual([]);
  }
});
