import { useNavigation } from '@remix-run/react';

/** A thin bar at the top of the window while a page takes long to come. */
export function ProgressBar() {
  const navigation = useNavigation();
  if (navigation.state === 'idle') return null;
  return (
    <div role="progressbar" aria-label="הדף נטען" className="fixed inset-x-0 top-0 z-50 h-1">
      <div className="progress-run h-full bg-accent" />
    </div>
  );
}
