import type { ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components/Modal';
import { Button } from 'react-aria-components/Button';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { CloseIcon } from './icons.tsx';

export interface RichDialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Over the page: at the foot of a small screen, in the middle of a wide one. Escape and a press beside it close it. */
export default function RichDialog({ title, isOpen, onClose, children }: RichDialogProps) {
  return (
    <I18nProvider locale="he-IL">
      <ModalOverlay
        isOpen={isOpen}
        onOpenChange={(opens) => {
          if (!opens) onClose();
        }}
        isDismissable
        className="overlay fixed inset-0 z-50 flex items-end justify-center bg-shade sm:items-center sm:p-6"
      >
        <Modal className="dialog max-h-[90dvh] w-full max-w-lg overflow-y-auto rounded-t-card bg-surface text-ink shadow-float outline-none sm:rounded-card forced-colors:border-2">
          <Dialog className="p-5 outline-none md:p-7">
            <div className="mb-4 flex items-start justify-between gap-4">
              <Heading slot="title" className="text-xl font-bold">
                {title}
              </Heading>
              <Button
                aria-label="סגירה"
                onPress={onClose}
                className="-me-2 -mt-2 grid size-11 shrink-0 cursor-pointer place-items-center rounded-control text-muted hover:bg-sunken hover:text-ink"
              >
                <CloseIcon />
              </Button>
            </div>
            {children}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </I18nProvider>
  );
}
