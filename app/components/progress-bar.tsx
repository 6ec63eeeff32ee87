import { useNavigation } from '@remix-run/react';

/** A thin bar at the top of the window while a page takes long to come. Told as it comes: it is in none of the page's landmarks. */
export function ProgressBar() {
  const navigation = useNavigation();
  return (
    <div aria-live="polite">
      {navigation.state === 'idle' ? null : (
        <div role="progressbar" aria-label="הדף נטען" className="fixed inset-x-0 top-0 z-50 h-1">
          <div className="progress-run h-full bg-accent" />
        </div>
      )}
    </div>
  );
}
