-- What GIS staff read, in a schema of its own, which is all that they see: no
-- incident, no reference of a sender's, no history.

-- +goose Up
CREATE SCHEMA commonground_gis;
COMMENT ON SCHEMA commonground_gis IS 'Common Ground, for GIS: what commonground gis lets a role read';

CREATE VIEW commonground_gis.pickup AS
SELECT id, at, CASE at_precision WHEN 1 THEN 'instant' WHEN 2 THEN 'day' WHEN 3 THEN 'month' ELSE 'unknown' END AS known_to,
	class, area, CASE hours WHEN 1 THEN 'within' WHEN 2 THEN 'outside' ELSE 'unknown' END AS hours,
	accuracy_m, near_boundary, items, found, point
FROM pickup, LATERAL (SELECT coalesce(sum(value::int), 0)::int AS items FROM json_each_text(found)) AS sums;
COMMENT ON VIEW commonground_gis.pickup IS 'Visits of cleansing crews, each with what it found. Sensitive: for cleansing and its planning alone.';
COMMENT ON COLUMN commonground_gis.pickup.at IS 'When the visit was made, in UTC';
COMMENT ON COLUMN commonground_gis.pickup.known_to IS 'How exactly that is known: instant, day, month or unknown';
COMMENT ON COLUMN commonground_gis.pickup.class IS 'managed, residential, non_residential, outside (in no area), unlocated (no point) or unclassified (no boundary was in force)';
COMMENT ON COLUMN commonground_gis.pickup.area IS 'id of the area in the view area, or empty';
COMMENT ON COLUMN commonground_gis.pickup.hours IS 'Whether it was within the managed area''s hours: within, outside or unknown';
COMMENT ON COLUMN commonground_gis.pickup.accuracy_m IS 'Radius in metres within which the point was fixed; 0 where that isn''t known';
COMMENT ON COLUMN commonground_gis.pickup.near_boundary IS 'Whether the point lies nearer to another class than its accuracy';
COMMENT ON COLUMN commonground_gis.pickup.items IS 'Items of all kinds; 0 for a visit that found nothing';
COMMENT ON COLUMN commonground_gis.pickup.found IS 'Items by kind as JSON, such as {"condom_used":2,"needle":0}';
COMMENT ON COLUMN commonground_gis.pickup.point IS 'WGS 84; NULL where the record gives no usable place';

CREATE VIEW commonground_gis.area AS
SELECT boundary * 10000 + ordinal AS id, area.boundary AS version, valid_from, valid_to, area.id AS area, name, class, shape
FROM area JOIN boundary ON boundary.version = area.boundary WHERE withdrawn IS NULL;
COMMENT ON VIEW commonground_gis.area IS 'Areas of the versions of the boundary that stand, as they were put in. Where spans meet, the latest version is in force.';
COMMENT ON COLUMN commonground_gis.area.version IS 'Of the boundary';
COMMENT ON COLUMN commonground_gis.area.valid_from IS 'From when the version is in force, in UTC';
COMMENT ON COLUMN commonground_gis.area.valid_to IS 'Until when; NULL for no end';
COMMENT ON COLUMN commonground_gis.area.area IS 'id of the area, as in the view pickup';
COMMENT ON COLUMN commonground_gis.area.class IS 'managed, residential or non_residential';
