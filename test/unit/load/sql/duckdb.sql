WITH shardline_shards AS (
  SELECT * FROM (VALUES
    ('shardId-000000000000', '00000000000000000000000000000000', '7fffffffffffffffffffffffffffffff'),
    ('shardId-000000000001', '80000000000000000000000000000000', 'ffffffffffffffffffffffffffffffff'),
    ('shardId-000000000000', 'x000000000000000000000000000000000000000', 'x170141183460469231731687303715884105727'),
    ('shardId-000000000001', 'x170141183460469231731687303715884105728', 'x340282366920938463463374607431768211455')
  ) AS listing (shard_id, first_hash, last_hash)
),
shardline_hashes AS (
  SELECT CASE WHEN "hash_key" IS NULL THEN md5("user") ELSE concat('x', lpad("hash_key", 39, '0')) END AS hash FROM "events"
),
shardline_routed AS (
  SELECT s.shard_id AS shard_id, count(*) AS records
  FROM shardline_hashes AS h ASOF JOIN shardline_shards AS s ON h.hash >= s.first_hash
  WHERE h.hash BETWEEN s.first_hash AND s.last_hash
  GROUP BY s.shard_id
)
SELECT s.shard_id AS shard_id, coalesce(max(r.records), 0) AS records
FROM shardline_shards AS s LEFT JOIN shardline_routed AS r ON r.shard_id = s.shard_id
GROUP BY s.shard_id
ORDER BY min(s.first_hash)
