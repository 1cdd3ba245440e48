DROP TABLE arrived_mails;
DROP TABLE mailboxes;
