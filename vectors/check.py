"""Checks partition keys, uniform ranges, sequence numbers and aggregated records with Python's
standard library."""
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



def write_varint(value):
    more, rest = value >> 7, value & 127
    return bytes([rest]) if more == 0 else bytes([rest | 128]) + write_varint(more)


def write_field(number, content):
    return write_varint(number * 8 + 2) + write_varint(len(content)) + content


for case in load_cases("aggregation"):
    data = bytes.fromhex(case["data"])
    if case["kind"] != "plain" or case["lostByKcl"]:
        assert data[:4].hex() == "f3899ac2" and len(data) > 20, case
        assert hashlib.md5(data[4:-16]).digest() == data[-16:], case
    records = case.get("records", [])
    start = int(case.get("range", {}).get("startingHashKey", 0))
    end = int(case.get("range", {}).get("endingHashKey", 2**128 - 1))
    for record in records:
        key = record["partitionKey"].encode()
        digest = int(hashlib.md5(key).hexdigest(), 16)
        assert start <= int(record.get("explicitHashKey", digest)) <= end, case
    if records and case.get("canonical"):
        keys = list(dict.fromkeys(r["partitionKey"] for r in records))
        hash_keys = list(dict.fromkeys(r["explicitHashKey"] for r in records if "explicitHashKey" in r))
        message = b"".join(write_field(1, key.encode()) for key in keys)
        message += b"".join(write_field(2, key.encode()) for key in hash_keys)
        for record in records:
            content = b"\x08" + write_varint(keys.index(record["partitionKey"]))
            if "explicitHashKey" in record:
                content += b"\x10" + write_varint(hash_keys.index(record["explicitHashKey"]))
            message += write_field(3, content + write_field(3, bytes.fromhex(record["data"])))
        assert data[4:-16] == message, case

print("ok")
