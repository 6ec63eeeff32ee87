import { Notice } from './notice.tsx';

/** Says that no real model answers the calls. */
export function SandboxNotice() {
  return (
    <Notice tone="warn">
      <strong className="font-semibold">סביבת הדגמה.</strong> על השיחות עונה מודל מדומה, ולא בינה מלאכותית אמיתית.
    </Notice>
  );
}
