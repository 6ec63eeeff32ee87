-- A call that was taken for dead and lived on is finalised again: its delivery then sends other words under the same
-- id. What an attempt says of the words it sent must not be taken for the ones that came after.
ALTER TABLE "deliveries" ADD COLUMN "revision" INTEGER NOT NULL DEFAULT 0;
