#!/usr/bin/env python3
"""Takes the protected framing off a section: protected-framing.py BLOCK_BYTES < blocks > data (see protected-framing.md)

Reads whole blocks one after another; lost ones may be missing, damaged ones may be there. Rebuilds one a group. Whether
the end is there, the byte count in the section's trailer (UTL3) says."""
import struct, sys, zlib

HEADER = struct.Struct(">4sBcBBIIqqIII36s")


def check(kind, block):
    plain = block[:8] + bytes(4) + block[12:]
    if kind == 2:
        return zlib.crc32(plain)
    total = sum(struct.unpack(">%dI" % (len(plain) // 4), plain[: len(plain) // 4 * 4]))
    total += int.from_bytes(plain[len(plain) // 4 * 4 :].ljust(4, b"\0"), "big") if len(plain) % 4 else 0
    while total >> 32:
        total = (total & 0xFFFFFFFF) + (total >> 32)
    return total if kind == 1 else 0


def blocks(source, size):
    found, whose = {}, None
    for block in iter(lambda: source.read(size), b""):
        magic, version, kind, how, group_size, value, *rest = HEADER.unpack(block[:80])
        if len(block) == size and magic == b"SBPF" and version == 1 and value == check(how, block):
            length, offset, sequence, section, group, position, image = rest
            whose = whose or (image, section)
            if whose == (image, section):
                found[sequence] = (kind, length, group, group_size, block[80:])
        else:
            print("a damaged block is left out", file=sys.stderr)
    return found


def data(found):
    end, group_size = max(found, default=-1) + 1, max((f[3] for f in found.values()), default=0)
    for first in range(0, end, group_size + 1):
        group = range(first, min(first + group_size + 1, end))
        lost = [s for s in group if s not in found]
        if lost and (group_size == 0 or lost != [first + group_size]):
            if len(lost) > 1 or found.get(group[-1], b"?")[0] != b"X":
                sys.exit("can't be rebuilt: blocks %s" % lost)
            length, payload = 0, 0
            for s in set(group) - set(lost):
                length ^= found[s][1]
                payload ^= int.from_bytes(found[s][4], "big")
            found[lost[0]] = (b"D", length, 0, 0, payload.to_bytes(len(found[group[-1]][4]), "big"))
            print("block %d was rebuilt" % lost[0], file=sys.stderr)
        yield from (found[s][4][: found[s][1]] for s in group if s in found and found[s][0] == b"D")


if __name__ == "__main__":
    for piece in data(blocks(sys.stdin.buffer, int(sys.argv[1]))):
        sys.stdout.buffer.write(piece)
