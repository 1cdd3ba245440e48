DROP TABLE audit_identities, audit_heads, audit_entries;
DROP FUNCTION make_audit_month(date);
