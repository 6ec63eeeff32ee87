import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAppError } from '../../platform/errors.ts';
import { createVault, type SecretContext } from '../../platform/vault.ts';

const BUSINESS = '0190f3a0-0000-7000-8000-000000000001';
const context: SecretContext = { businessId: BUSINESS, name: 'setting:crm_token' };
const vault = createVault({ current: 'the secret of today' });

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (isAppError(error)) return error.code;
    throw error;
  }
  return 'opened';
}

describe('a sealed value', () => {
  it('opens to what was sealed, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (plain, name) => {
        const place = { businessId: BUSINESS, name };
        expect(vault.open(vault.seal(plain, place), place)).toBe(plain);
      }),
      { numRuns: 200 },
    );
  });

  it('is another text each time, in five parts that say nothing', () => {
    const values = new Set(Array.from({ length: 50 }, () => vault.seal('secret', context)));
    expect(values.size).toBe(50);
    for (const sealed of values) expect(sealed).toMatch(/^v1\.[0-9a-f]{12}\.[\w-]{16}\.[\w-]{22}\.[\w-]+$/);
  });

  it('does not open in another business, record or field', () => {
    const sealed = vault.seal('secret', context);
    const places: SecretContext[] = [
      { ...context, businessId: '0190f3a0-0000-7000-8000-000000000002' },
      { ...context, name: 'setting:other' },
      { businessId: 'account', name: context.name },
      { businessId: '', name: `${BUSINESS}${context.name}` },
    ];
    for (const place of places) expect(codeOf(() => vault.open(sealed, place))).toBe('secret_broken');
    expect(vault.open(sealed, { ...context, businessId: BUSINESS.toUpperCase() })).toBe('secret');
  });

  it('does not open when one character of it was changed', () => {
    const sealed = vault.seal('a secret of some length', context);
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = sealed[index] === 'A' ? 'B' : 'A';
      const altered = `${sealed.slice(0, index)}${changed}${sealed.slice(index + 1)}`;
      // The last character of a part may carry bits that are not read; then it is the same value.
      const opened = codeOf(() => expect(vault.open(altered, context)).toBe('a secret of some length'));
      expect(['secret_broken', 'secret_key_unknown', 'opened']).toContain(opened);
      if (opened === 'opened') expect(sealed[index + 1] ?? '.').toBe('.');
    }
  });

  it('is refused when it is cut short, empty or no sealed value at all', () => {
    const sealed = vault.seal('secret', context);
    const short = sealed.split('.').with(3, 'AAAA').join('.');
    for (const broken of [
      '',
      'v1',
      'plain text',
      sealed.slice(0, 20),
      `${sealed}.x`,
      sealed.replace('v1', 'v2'),
      short,
    ]) {
      expect(codeOf(() => vault.open(broken, context))).toBe('secret_broken');
    }
  });

  it('tells neither itself nor the value in an error', () => {
    const sealed = vault.seal('wonderful', context);
    try {
      vault.open(sealed, { ...context, name: 'other' });
      expect.unreachable();
    } catch (error) {
      expect(JSON.stringify(error)).not.toContain('wonderful');
      expect(JSON.stringify(error)).not.toContain(sealed);
    }
  });
});

describe('after the secret of the installation was changed', () => {
  const before = createVault({ current: 'old' });
  const after = createVault({ current: 'new', previous: ['older', 'old'] });

  it('what was sealed before still opens, and is known to be old', () => {
    const sealed = before.seal('secret', context);
    expect(after.open(sealed, context)).toBe('secret');
    expect(after.isCurrent(sealed)).toBe(false);
    expect(after.isCurrent(after.seal('secret', context))).toBe(true);
  });

  it('and does not without the previous one', () => {
    const sealed = before.seal('secret', context);
    expect(codeOf(() => createVault({ current: 'new' }).open(sealed, context))).toBe('secret_key_unknown');
  });

  it('a secret that is both current and previous is current', () => {
    const twice = createVault({ current: 'old', previous: ['old'] });
    expect(twice.isCurrent(before.seal('secret', context))).toBe(true);
  });
});
