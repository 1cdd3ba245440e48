DROP FUNCTION make_audit_months_ahead();
DROP TABLE audit_anchors, audit_checks, audit_kinds;
DROP INDEX audit_entries_kind, audit_entries_person, audit_entries_subject, audit_identities_email;
ALTER TABLE audit_entries DROP COLUMN person;
ALTER TABLE audit_identities DROP COLUMN person;
