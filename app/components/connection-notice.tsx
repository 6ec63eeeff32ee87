import { useConnection } from '../live/connection.ts';
import { Button } from './button.tsx';
import { AlertIcon } from './icons.tsx';

/** Says that the connection is lost, and that nothing on the page is: what was asked waits. */
export function ConnectionNotice() {
  const lost = useConnection();
  return (
    <div role="alert" className="fixed inset-x-4 bottom-20 z-50 mx-auto max-w-lg empty:hidden lg:bottom-6">
      {lost === null ? null : (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-3 rounded-card border-2 border-warn bg-warn-soft p-4 text-warn shadow-float">
          <AlertIcon />
          <p className="min-w-0 flex-1 basis-48">
            <span className="block font-semibold">{lost.byItself ? 'אין חיבור לאינטרנט' : 'החיבור נקטע באמצע'}</span>
            {lost.byItself
              ? 'מה שהקלדת נשאר כאן. נמשיך כשהחיבור יחזור.'
              : 'מה שהקלדת נשאר כאן. אי אפשר לדעת אם נשמר; אפשר לשלוח שוב.'}
          </p>
          <div className="flex gap-2">
            <Button look="secondary" size="small" onClick={lost.retry}>
              לנסות שוב
            </Button>
            <Button look="secondary" size="small" onClick={lost.giveUp}>
              סגירה
            </Button>
          </div>
        </div>
      )}
    </div>
  );
}
