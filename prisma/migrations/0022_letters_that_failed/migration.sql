-- An invitation whose letter did not go out says so: its link can be handed over meanwhile.
ALTER TABLE "invitations" ADD COLUMN     "mail_failed_at" TIMESTAMPTZ(3);
