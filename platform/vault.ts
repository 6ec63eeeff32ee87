import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type AppSecrets, deriveKey, sha256Hex } from './crypto.ts';
import { AppError } from './errors.ts';

/** Where a sealed value belongs: it opens there and nowhere else. */
export interface SecretContext {
  /** The business it belongs to; `account` for what belongs to a person. */
  readonly businessId: string;
  /** Which record and field, e.g. `setting:crm_token`, `totp:<user id>`. */
  readonly name: string;
}

/** Keeps secrets of businesses and people so that the database alone does not tell them. */
export interface Vault {
  /** Encrypts a text: `v1.<key id>.<iv>.<tag>.<ciphertext>`, base64url. The same text gives another value each time. */
  readonly seal: (plain: string, context: SecretContext) => string;
  /**
   * The text that was sealed.
   * @throws AppError `secret_key_unknown` (sealed under a secret this process was not given), `secret_broken` (altered,
   * or sealed for another context); both permanent. Neither carries anything of the value.
   */
  readonly open: (sealed: string, context: SecretContext) => string;
  /** Whether a value is sealed under the current key; what is not wants to be sealed anew. */
  readonly isCurrent: (sealed: string) => boolean;
  /** Id of the current key: tells keys apart and nothing about them. */
  readonly keyId: string;
}

const VERSION = 'v1';
/** Bytes of AES-GCM's nonce and tag. A random nonce serves 2^32 values a key, more than there will be. */
const IV_BYTES = 12;
const TAG_BYTES = 16;

interface Key {
  readonly id: string;
  readonly bytes: Buffer;
}

/**
 * A vault under keys derived from the secrets of the installation. What is sealed is sealed under `current`; what was
 * sealed under one of `previous` still opens, until it is sealed anew (`npm run secrets:rotate`).
 */
export function createVault(secrets: AppSecrets): Vault {
  const current = keyOf(secrets.current);
  const keys = new Map([...(secrets.previous ?? []).map(keyOf), current].map((key) => [key.id, key]));
  return {
    keyId: current.id,
    isCurrent: (sealed) => sealed.split('.', 2)[1] === current.id,
    seal(plain, context) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', current.bytes, iv, { authTagLength: TAG_BYTES });
      cipher.setAAD(associatedData(context, current.id));
      const ciphertext = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      const parts = [iv, cipher.getAuthTag(), ciphertext].map((part) => part.toString('base64url'));
      return [VERSION, current.id, ...parts].join('.');
    },
    open(sealed, context) {
      const { keyId, iv, tag, ciphertext } = partsOf(sealed);
      const key = keys.get(keyId);
      if (key === undefined) throw new AppError('secret_key_unknown', { permanent: true, details: { keyId } });
      try {
        const decipher = createDecipheriv('aes-256-gcm', key.bytes, iv, { authTagLength: TAG_BYTES });
        decipher.setAAD(associatedData(context, keyId));
        decipher.setAuthTag(tag);
        return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
      } catch (cause) {
        throw new AppError('secret_broken', { permanent: true, cause });
      }
    },
  };
}

function keyOf(appSecret: string): Key {
  const bytes = deriveKey(appSecret, 'vault');
  // Derived by itself: what stands beside every value must not come from the key that protects it.
  return { bytes, id: sha256Hex(deriveKey(appSecret, 'vault-key-id').toString('hex')).slice(0, 12) };
}

/** What is authenticated beside the text. JSON keeps the parts apart, whatever is in them. */
function associatedData({ businessId, name }: SecretContext, keyId: string): Buffer {
  return Buffer.from(JSON.stringify([VERSION, keyId, businessId.toLowerCase(), name]), 'utf8');
}

function partsOf(sealed: string): { keyId: string; iv: Buffer; tag: Buffer; ciphertext: Buffer } {
  const [version, keyId, iv, tag, ciphertext, ...rest] = sealed.split('.');
  const parts = {
    keyId: keyId ?? '',
    iv: Buffer.from(iv ?? '', 'base64url'),
    tag: Buffer.from(tag ?? '', 'base64url'),
    ciphertext: Buffer.from(ciphertext ?? '', 'base64url'),
  };
  const whole = ciphertext !== undefined && rest.length === 0 && version === VERSION;
  if (!whole || parts.iv.length !== IV_BYTES || parts.tag.length !== TAG_BYTES) {
    throw new AppError('secret_broken', { permanent: true });
  }
  return parts;
}
