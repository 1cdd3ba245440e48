DROP TABLE packet_views;
