DROP TABLE carriers;
DROP TABLE places;
DROP TABLE tariff_lines;
DROP TABLE list_editions;
