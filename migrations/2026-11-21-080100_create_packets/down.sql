DROP TABLE pages, runs, files, packets;
