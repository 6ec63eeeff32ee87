import { useEffect, useRef, useState, type ComponentType } from 'react';

/** What a control that can be replaced is told. */
interface Replaceable {
  readonly name: string;
  readonly value: string;
}

interface Rich<Props> {
  readonly Control: ComponentType<Props>;
  /** What stood in the native control when it was replaced. */
  readonly value: string;
}

/**
 * A form control in two forms: the native one, which the server sends and every browser can work, and a richer one that
 * takes its place once its code has come. Nothing typed is lost: it is replaced with its value, and not while somebody
 * is in it. Where the code does not come (no JavaScript, no connection) or `keepsNative` says so, the native one stays.
 */
export function enhanced<Props extends Replaceable>(
  Native: ComponentType<Props>,
  load: () => Promise<{ default: ComponentType<Props> }>,
  keepsNative: () => boolean = () => false,
): ComponentType<Props> {
  let loaded: ComponentType<Props> | null = null;
  return function Enhanced(props: Props) {
    const box = useRef<HTMLDivElement>(null);
    const [rich, setRich] = useState<Rich<Props> | null>(null);
    useEffect(() => {
      if (keepsNative()) return;
      let gone = false;
      const replace = (Control: ComponentType<Props>) => {
        const native = box.current?.querySelector<HTMLInputElement | HTMLSelectElement>('input, select');
        if (gone || !native) return;
        const replaceNow = () => setRich({ Control, value: native.value });
        if (document.activeElement === native) native.addEventListener('blur', replaceNow, { once: true });
        else replaceNow();
      };
      if (loaded !== null) replace(loaded);
      else {
        load().then(
          (module) => replace((loaded = module.default)),
          // The native control does the same work.
          () => {},
        );
      }
      return () => {
        gone = true;
      };
    }, []);
    return (
      <div ref={box}>{rich === null ? <Native {...props} /> : <rich.Control {...props} value={rich.value} />}</div>
    );
  };
}

/** A finger on a screen is served best by the wheel or calendar of its own system. */
export const isTouched = (): boolean => matchMedia('(pointer: coarse)').matches;
