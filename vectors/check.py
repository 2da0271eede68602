"""Checks partition keys, uniform ranges and decoded sequence numbers, with nothing but Python."""
import hashlib, json, pathlib
load = lambda name: json.loads((pathlib.Path(__file__).parent / f"{name}.json").read_text())["cases"]
for c in load("partition-keys"):
    digest = hashlib.md5(c["partitionKey"].encode()).hexdigest()
    assert (digest, str(int(digest, 16))) == (c["md5"], c["hashKey"]), c
for c in load("uniform-ranges"):
    starts = [i * (2**128 // c["shardCount"]) for i in range(c["shardCount"])] + [2**128]
    ranges = [{"startingHashKey": str(a), "endingHashKey": str(b - 1)} for a, b in zip(starts, starts[1:])]
    assert ranges == c["ranges"], c
for c in (c for c in load("sequence-numbers") if c.get("fields", {}).get("version") == 2):
    bits = lambda low, width: int(c["sequenceNumber"]) >> low & (1 << width) - 1
    assert bits(148, 36) * 1000 == c["fields"]["shardCreatedAtMs"], c
    assert bits(80, 64) == int(c["fields"]["sequenceIndex"]), c
    assert bits(36, 36) * 1000 == c["fields"]["writtenAtMs"], c
    assert bits(4, 32) == c["fields"]["shardIndex"] % 2**32, c
print("ok")
