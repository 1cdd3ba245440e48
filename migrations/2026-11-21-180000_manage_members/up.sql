-- Who is suspended keeps their place and does nothing until somebody lets them in again. The team that was used last is the one that
-- the next sign-in opens.
ALTER TABLE memberships ADD COLUMN suspended_at timestamptz;
ALTER TABLE memberships ADD COLUMN last_used_at timestamptz;
COMMENT ON COLUMN memberships.last_used_at IS 'the last sign-in to this team, or change to it';
