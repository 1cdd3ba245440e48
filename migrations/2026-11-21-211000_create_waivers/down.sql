DELETE FROM work WHERE task ->> 'kind' = 'end_waiver';
DROP TABLE waivers;
