import { expect, test } from 'vitest';
import { z } from 'zod';
import { type CallPlugin, definePlugin } from '../../voice/plugin.ts';
import { checkPlugins } from '../../voice/plugin-check.ts';
import { testPlugin } from '../helpers/test-plugin.ts';

const withSetting = (
  name: string,
  key: string,
  options: { hasDefault?: boolean; hasField?: boolean } = {},
): CallPlugin => {
  const { hasDefault = true, hasField = true } = options;
  return definePlugin({
    name,
    settings: z.object({ [key]: hasDefault ? z.boolean().default(false) : z.boolean() }),
    card: { tab: 'ai', title: name },
    fields: hasField ? { [key]: { control: 'switch', label: key } } : {},
  });
};

test('a list whose plugins fit together passes', () => {
  expect(() =>
    checkPlugins([withSetting('one', 'a'), withSetting('two-b', 'b'), testPlugin('three', {})]),
  ).not.toThrow();
});

test.for<[string, readonly CallPlugin[], string]>([
  ['a name that is not kebab-case', [testPlugin('BargeIn', {})], 'plugin_name_invalid'],
  ['a name that would break timer ids', [testPlugin('barge/in', {})], 'plugin_name_invalid'],
  ['two of one name', [testPlugin('one', {}), testPlugin('one', {})], 'plugin_duplicate'],
  ['a setting without a default', [withSetting('one', 'a', { hasDefault: false })], 'plugin_setting_without_default'],
  ['a setting nobody could switch on', [withSetting('one', 'a', { hasField: false })], 'plugin_setting_without_field'],
  ['one setting of two plugins', [withSetting('one', 'a'), withSetting('two', 'a')], 'plugin_setting_duplicate'],
])('%s fails at start, by a code', ([, plugins, code]) => {
  expect(() => checkPlugins(plugins)).toThrow(expect.objectContaining({ code }));
});
