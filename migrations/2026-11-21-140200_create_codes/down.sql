ALTER TABLE sessions DROP COLUMN user_id;
DROP TABLE devices;
DROP TABLE password_resets;
DROP TABLE codes;
DROP TABLE sign_ups;
