DROP TABLE batch_packets;
DROP TABLE batches;
