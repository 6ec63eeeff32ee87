-- Keys that a caller pressed and tools that were used stand between the turns of a call.
ALTER TABLE "calls" ADD COLUMN     "side_events" JSONB NOT NULL DEFAULT '[]';
