"""The sequence behind application numbers, and status rows that can only be added to."""

from django.db import migrations

SEQUENCE = "CREATE SEQUENCE applications_number MINVALUE 1 MAXVALUE 999999 CYCLE"
GUARD = """
CREATE FUNCTION applications_status_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'status changes are append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER applications_status_append_only BEFORE UPDATE OR DELETE ON applications_statuschange
    FOR EACH ROW EXECUTE FUNCTION applications_status_is_append_only();
"""
UNGUARD = """
DROP TRIGGER applications_status_append_only ON applications_statuschange;
DROP FUNCTION applications_status_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("applications", "0001_initial")]
    operations = [
        migrations.RunSQL(SEQUENCE, "DROP SEQUENCE applications_number"),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
