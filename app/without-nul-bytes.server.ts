import { Transform } from 'node:stream';

/**
 * Takes zero bytes out of a page on its way out. React 18 writes its output in blocks of 2048 bytes and leaves a zero
 * at the end of a block where a letter of two bytes no longer fits; within a text box the browser shows it as U+FFFD,
 * and a form sent without JavaScript would save that. HTML has no use for a zero byte.
 */
export function withoutNulBytes(): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      done(null, chunk.includes(0) ? Buffer.from(chunk.filter((byte) => byte !== 0)) : chunk);
    },
  });
}
