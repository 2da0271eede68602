"""Checks partition keys, uniform ranges and sequence numbers with Python's standard library."""
import hashlib, json, pathlib


def load_cases(name):
    return json.loads((pathlib.Path(__file__).parent / f"{name}.json").read_text())["cases"]


for case in load_cases("partition-keys"):
    digest = hashlib.md5(case["partitionKey"].encode()).hexdigest()
    assert (digest, str(int(digest, 16))) == (case["md5"], case["hashKey"]), case

for case in load_cases("uniform-ranges"):
    count = case["shardCount"]
    starts = [index * (2**128 // count) for index in range(count)]
    ends = [start - 1 for start in starts[1:]] + [2**128 - 1]
    ranges = [(int(r["startingHashKey"]), int(r["endingHashKey"])) for r in case["ranges"]]
    assert ranges == list(zip(starts, ends)), case

for case in load_cases("sequence-numbers"):
    fields = case.get("fields", {})
    if fields.get("version") != 2:
        continue
    number = int(case["sequenceNumber"])
    assert (number >> 148) % 2**36 * 1000 == fields["shardCreatedAtMs"], case
    assert (number >> 80) % 2**64 == int(fields["sequenceIndex"]), case
    assert (number >> 36) % 2**36 * 1000 == fields["writtenAtMs"], case
    assert (number >> 4) % 2**32 == fields["shardIndex"] % 2**32, case

print("ok")
