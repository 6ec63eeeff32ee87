import { describe, expect, it } from 'vitest';
import { deriveKey, equalSecrets, hmacToken, randomToken, sha256Hex } from '../../platform/crypto.ts';

describe('keys and tokens', () => {
  it('derives the same key for the same secret and purpose, and unrelated ones otherwise', () => {
    const key = deriveKey('secret', 'session');
    expect(key).toHaveLength(32);
    expect(deriveKey('secret', 'session')).toEqual(key);
    expect(deriveKey('secret', 'stream-token')).not.toEqual(key);
    expect(deriveKey('other', 'session')).not.toEqual(key);
    // Fixed for ever: another value would sign everyone out and break every derived token.
    expect(key.toString('hex')).toBe('58c929c76f7ece883641478443b4b436b67432f87d47a8c26c58fc88e1abb2e5');
  });

  it('makes the same token for the same subject under one key alone', () => {
    const [a, b] = [deriveKey('secret', 'a'), deriveKey('secret', 'b')];
    expect(hmacToken(a, 'CA1:0')).toBe(hmacToken(a, 'CA1:0'));
    expect(new Set([hmacToken(a, 'CA1:0'), hmacToken(a, 'CA1:1'), hmacToken(b, 'CA1:0')]).size).toBe(3);
    expect(hmacToken(a, 'x')).toMatch(/^[\w-]{43}$/);
  });

  it('makes random tokens of 256 bits that need no escaping', () => {
    const tokens = new Set(Array.from({ length: 100 }, randomToken));
    expect(tokens.size).toBe(100);
    for (const token of tokens) expect(token).toMatch(/^[\w-]{43}$/);
  });

  it('hashes as everybody does', () => {
    expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('compares secrets of any lengths', () => {
    expect(equalSecrets('same', 'same')).toBe(true);
    expect(equalSecrets('same', 'sane')).toBe(false);
    expect(equalSecrets('same', 'same but longer')).toBe(false);
  });
});
