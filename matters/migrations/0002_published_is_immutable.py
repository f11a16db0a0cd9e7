"""The database refuses to change what was published: a case is pinned to the version it was filed under."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION matters_version_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'draft' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND (
        NEW IS NOT DISTINCT FROM OLD
        OR (
            OLD.status = 'published' AND NEW.status IN ('superseded', 'cancelled')
            AND to_jsonb(NEW) - 'status' = to_jsonb(OLD) - 'status'
        )
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'matter version % is %: publish a new version instead of changing it', OLD.id, OLD.status
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER matter_version_is_immutable BEFORE UPDATE OR DELETE ON matters_matterversion
    FOR EACH ROW EXECUTE FUNCTION matters_version_is_immutable();

CREATE FUNCTION matters_version_part_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[] := CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW.version_id]
        WHEN 'DELETE' THEN ARRAY[OLD.version_id]
        ELSE ARRAY[OLD.version_id, NEW.version_id]
    END;
    said text;
BEGIN
    -- The share lock keeps a version from being published while its parts are still being written.
    FOR said IN SELECT status FROM matters_matterversion WHERE id = ANY(touched) ORDER BY id FOR SHARE LOOP
        IF said <> 'draft' THEN
            RAISE EXCEPTION '% of a % matter version cannot be changed: publish a new version', TG_TABLE_NAME, said
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END LOOP;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER material_is_immutable BEFORE INSERT OR UPDATE OR DELETE ON matters_material
    FOR EACH ROW EXECUTE FUNCTION matters_version_part_is_immutable();
CREATE TRIGGER step_is_immutable BEFORE INSERT OR UPDATE OR DELETE ON matters_step
    FOR EACH ROW EXECUTE FUNCTION matters_version_part_is_immutable();
"""

BACKWARD = """
DROP TRIGGER step_is_immutable ON matters_step;
DROP TRIGGER material_is_immutable ON matters_material;
DROP FUNCTION matters_version_part_is_immutable();
DROP TRIGGER matter_version_is_immutable ON matters_matterversion;
DROP FUNCTION matters_version_is_immutable();
"""


class Migration(migrations.Migration):
    dependencies = [("matters", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
