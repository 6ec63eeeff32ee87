import type { AppLoadContext } from '@remix-run/node';
import QRCode from 'qrcode';
import type { SecondFactorServices } from '../domain/users/index.ts';

/** What the second factor works with, of a request's services. */
export function secondFactorServices({ db, vault, config }: AppLoadContext): SecondFactorServices {
  return { db, vault, appSecret: config.appSecret, previousAppSecrets: config.previousAppSecrets };
}

/** A picture of a text as the path of an SVG, one unit a module, with the number of modules of a side. */
export function qrPath(text: string): { readonly path: string; readonly side: number } {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: 'M' });
  const side = modules.size;
  let path = '';
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) if (modules.get(y, x)) path += `M${x} ${y}h1v1h-1z`;
  }
  return { path, side };
}
