import { readFile } from 'node:fs/promises';
import { transform } from 'esbuild';
import * as zod from 'zod';
import { beforeAll, describe, expect, it } from 'vitest';
import { settingsRegistry } from '../../domain/settings/index.ts';
import { plugins } from '../../plugins/index.ts';
import { parseScript } from '../../sandbox/script/parse.ts';
import { checkPlugins } from '../../voice/plugin-check.ts';
import * as contract from '../../voice/plugin.ts';

/** The plugin printed in docs/plugins.md works as it stands there. */

let guide: string;
let zeroKey: contract.CallPlugin;

function block(language: string, beginning: string): string {
  const blocks = [...guide.matchAll(/```(\w+)\n(.*?)```/gsu)];
  const found = blocks.find(([, kind, text]) => kind === language && text?.startsWith(beginning));
  if (found?.[2] === undefined) throw new Error(`docs/plugins.md has no ${language} block beginning with ${beginning}`);
  return found[2];
}

beforeAll(async () => {
  guide = await readFile('docs/plugins.md', 'utf8');
  const { code } = await transform(block('ts', 'import { z }'), { loader: 'ts', format: 'cjs' });
  const modules: Record<string, unknown> = { zod, '../../voice/plugin.ts': contract };
  const module = { exports: {} as { zeroKey: contract.CallPlugin } };
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the text of our own document, run to prove that it runs
  new Function('require', 'module', code)((name: string) => modules[name], module);
  zeroKey = module.exports.zeroKey;
});

describe('the plugin of the guide', () => {
  it('has about twenty lines', () => {
    expect(block('ts', 'import { z }').trim().split('\n').length).toBeLessThanOrEqual(21);
  });

  it('passes the check at boot together with the others', () => {
    expect(() => {
      checkPlugins([...plugins, zeroKey]);
    }).not.toThrow();
  });

  it('gets a settings card and keeps its settings without a migration', () => {
    const registry = settingsRegistry([...plugins, zeroKey]);
    expect(registry.cards.find(({ name }) => name === 'zero-key')).toMatchObject({ tab: 'ai', title: 'הקשה על אפס' });
    expect(registry.entries.get('zero_key_message')).toMatchObject({ column: false });
    expect(registry.defaults).toMatchObject({ zero_key_enabled: false });
  });

  it('answers the key when it is on, and nothing else', () => {
    const hooks = (settings: unknown) => zeroKey.call?.(settings, {} as contract.CallContext);
    const view = {} as contract.CallView;
    const on = hooks({ zero_key_enabled: true, zero_key_message: 'רגע' });
    expect(on?.onDtmf?.('0', view)).toEqual([{ type: 'interrupt' }, { type: 'say', text: 'רגע' }]);
    expect(on?.onDtmf?.('1', view)).toEqual([]);
    expect(hooks({ zero_key_enabled: false, zero_key_message: 'רגע' })?.onDtmf?.('0', view)).toEqual([]);
  });

  it('comes with a conversation the demo can play', () => {
    expect(parseScript(block('yaml', 'title:')).conversation.map(({ kind }) => kind)).toContain('dtmf');
  });
});
